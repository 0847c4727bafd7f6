"""Seconds to read ten megabytes of plan text, of ordinary and of hostile kinds, beside OpenCC on the same text.

`make bench NAME=plan_import`. There is no other program that reads plans, so the peer is the kept library that does
one small part of the work: turning every character into its simplified form.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from opencc import OpenCC

from plan_document import parse

BYTES = 10_000_000
PLAN = (
    "（一）青少年科学素质提升行动\n1.办好科学课。每校每周安排两节实验课，到2027年覆盖率达到100%。"
    "（牵头单位：教育局；责任单位：科协、团委）\n2.培训科学教师。三年培训教师600名以上。（责任单位：教育局）\n"
)
KINDS = {
    "a plan, again and again": PLAN,
    "the same without line breaks": PLAN.replace("\n", ""),
    "opening brackets": "（",
    "numbers": "一、",
    "years": "2025年",
    "owners": "（责任单位：科协、",
    "targets": "达到18.5%以上，",
}


def main() -> None:
    texts = {name: unit * (BYTES // len(unit.encode())) for name, unit in KINDS.items()}
    ours = {name: _seconds(parse, text) for name, text in texts.items()}
    peer = _seconds(OpenCC("t2s").convert, texts["a plan, again and again"])
    worst = max(ours.values())
    print(
        json.dumps(
            {
                "name": "plan_import",
                "unit": "CPU seconds for 10 MB",
                "ours": {name: round(value, 2) for name, value in ours.items()},
                "peer": {"name": "OpenCC t2s, characters only", "seconds": round(peer, 2)},
                "ratio": round(peer / ours["a plan, again and again"], 2),
                "worst": round(worst, 2),
                "limit": 5,
            },
            ensure_ascii=False,
        )
    )


def _seconds(work: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    work(text)
    return time.process_time() - began


if __name__ == "__main__":
    main()
