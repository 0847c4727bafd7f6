"""Words of the district's vocabulary in the text, also where a scan or a typist took a lookalike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from plan_document.characters import canonical, readable
from plan_document.draft import Term
from plan_document.lexicon import words

# Characters that are taken for each other because they look or sound alike.
_CONFUSED = words(
    "龄铃令玲 篷蓬逢 未末 己已巳 人入八 士土 千干于 日曰目 大太犬 天夫无 戊戌戍 晴睛 辨辩辫 棵颗 普晋 技枝 攻政 侍待 "
    "折拆 侯候 账帐 燥躁噪 密蜜 震振 建健键 制治 廊廓 馆管 项顷 绸稠 徽微 赢羸 贷货 析折 抢枪 摸模 楼搂 遣遗 撤撒 "
    "即既 概慨 乌鸟 免兔 名各 农衣 令今 问间 同间 间闻 风凤 压庄 厂广 竟竞 科料 料科 园圆 院完 员圆 播插 蓝篮 "
    "基墓 场扬 村材 校较 教散 育肓 素索 质盾 服腹 务努 社杜 会合 老考 年牛 障瘴 鸿鸣 沟构 讲井 堂堂 进迸 企仝 安按 "
    "生主 产严 月用 消捎 防妨 训川 幼幻 工土 匠匹 巾币 帼幗 岗冈 能熊 全金 民明 学字 技扙 传转 春舂 晖辉 "
    "化代 字宇 展屐 览贤 星皇 博搏 士仕 健建 康糠 预顶 谣遥 诈炸 辟僻 微徵 媒煤 体休 融隔 端瑞 普谱"
)

# Words that plans for science literacy share. They are checked for lookalikes, not reported as mentions.
COMMON_WORDS = words(
    "银龄 大篷车 科普画廊 科普大篷车 流动科技馆 科技馆 数字鸿沟 青少年 老年人 产业工人 公务员 领导干部 科学素质 科普基地 "
    "科普教育基地 科技志愿 志愿服务 文化礼堂 党群服务中心 文明实践 科普中国 全国科普日 科技活动周 防灾减灾 碳达峰 碳中和 "
    "乡村振兴 劳动竞赛 技能大赛 健康素养 心理健康 应急科普 网络谣言 电信诈骗 融媒体 科技辅导员 科学家精神 工匠精神 "
    "劳模精神 责任单位 牵头单位 配合单位 按职责分工负责 重点任务 总体要求 保障措施 组织实施 院士专家 博士创新站 "
    "高素质农民 未来教室 创新大赛 科学教育 人工智能 区块链 云计算 智慧助老"
)
# No plan names a word as often: further places of it are not listed.
MOST_PLACES = 300
_WORDS_OF_THEIR_OWN = frozenset(
    words(
        "管理 管控 管护 管道 管辖 入学 入住 入手 入户 入村 入社 入园 入企 令人 今后 今年 未来 无偿 无人 制度 教材 科研 人民 人才 人员 "
        "主办 主题 主体 主要 完成 完善 完整 间接 期间 时间 学会 合作 合力 结合 联合 整合 融合 用户 使用 应用 利用 明确 文明 说明 "
        "化解 文化 变化 星火 卫星 建设 健全 康复 传播 转化 展示 发展 全面 安全 健康 企业 按照 生产 生活 消防 防治 大力 工作 员工"
    )
)
_SHORTEST_FOR_LOOKALIKES = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A word in the view: the term (None for a common word), what stands there, and what should stand there."""

    term: Term | None
    start: int
    end: int
    written: str
    expected: str

    @property
    def is_lookalike(self) -> bool:
        """Does something else stand there than the word?"""
        return self.written != self.expected


@cache
def _lookalikes() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for group in _CONFUSED:
        for sign in group:
            table.setdefault(sign, set()).update(set(group) - {sign})
    return {sign: frozenset(others) for sign, others in table.items()}


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return canonical(readable(name))


def lookalikes_of(word: str) -> Iterator[str]:
    """The word with one character exchanged for one that it is often taken for."""
    for index, sign in enumerate(word):
        for other in sorted(_lookalikes().get(sign, ())):
            yield word[:index] + other + word[index + 1 :]


def find_words(text: str, vocabulary: Sequence[Term]) -> list[Found]:
    """Every term and every lookalike of a term or common word; where two overlap the longer one counts."""
    seen = set(text)
    found = [*_terms(text, seen, vocabulary), *_common(text, seen)]
    kept: list[Found] = []
    taken: dict[object, int] = {}
    for each in sorted(found, key=lambda word: (word.start, word.start - word.end, word.term is None)):
        key = each.term.vocabulary if each.term else ""
        if each.start < max(taken.get(key, 0), taken.get("any lookalike", 0) if each.is_lookalike else 0):
            continue
        taken[key] = each.end
        if each.is_lookalike:
            taken["any lookalike"] = each.end
        kept.append(each)
    return kept


def _terms(text: str, seen: set[str], vocabulary: Sequence[Term]) -> Iterator[Found]:
    for term in vocabulary:
        for name in dict.fromkeys((term.label, *term.aliases)):
            plain = _plain(name)
            if not plain:
                continue
            for start in _places(text, plain, seen):
                yield Found(term, start, start + len(plain), plain, plain)
        yield from _lookalikes_in(text, seen, term.label, term, {*term.aliases})


def _common(text: str, seen: set[str]) -> Iterator[Found]:
    for word in COMMON_WORDS:
        yield from _lookalikes_in(text, seen, word, None, set())


def _lookalikes_in(
    text: str, seen: set[str], label: str, term: Term | None, known: Iterable[str]
) -> Iterator[Found]:
    plain = _plain(label)
    if len(plain) < _SHORTEST_FOR_LOOKALIKES:
        return
    for variant in lookalikes_of(plain):
        for start in _places(text, variant, seen):
            if _reads_on_as_another_word(text, start, plain=plain, variant=variant):
                continue
            yield Found(term, start, start + len(variant), variant, variant if variant in known else plain)


def _reads_on_as_another_word(text: str, start: int, *, plain: str, variant: str) -> bool:
    """科技管 is no slip for 科技馆 where 科技管理 stands."""
    index = next(position for position, sign in enumerate(plain) if sign != variant[position])
    place = start + index
    return (
        text[place : place + 2] in _WORDS_OF_THEIR_OWN or text[place - 1 : place + 1] in _WORDS_OF_THEIR_OWN
    )


def _places(text: str, word: str, seen: set[str]) -> Iterator[int]:
    if not seen.issuperset(word):
        return
    start = text.find(word)
    for _ in range(MOST_PLACES):
        if start < 0:
            return
        yield start
        start = text.find(word, start + len(word))
