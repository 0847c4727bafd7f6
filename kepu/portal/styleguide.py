"""What the styleguide shows: one template per example, its source, and values to render it with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EXAMPLES = Path(__file__).parent / "templates" / "portal" / "examples"
SHANGHAI = ZoneInfo("Asia/Shanghai")

TITLES: dict[str, str | Promise] = {
    "colours": _("颜色"),
    "type": _("文字"),
    "buttons": _("按钮"),
    "numbers": _("数字和它的类别"),
    "targets": _("离目标还有多远"),
    "status": _("状态和标签"),
    "fields": _("表单"),
    "filters": _("筛选和分页"),
    "tables": _("表格"),
    "charts": _("图表"),
    "cards": _("卡片和空页"),
    "alerts": _("提示"),
    "moving": _("导航、菜单和对话框"),
    "progress": _("进度和经过"),
    "people": _("人和日期"),
}


@dataclass(frozen=True)
class Example:
    name: str
    title: str | Promise
    template: str
    source: str


class ExampleForm(forms.Form):
    """A form with one of each kind of field, filled in wrongly on purpose."""

    name = forms.CharField(label=_("单位名称"), help_text=_("写全称，和公章一致。"), max_length=60)
    kind = forms.ChoiceField(
        label=_("单位类别"), choices=[("", _("请选择")), ("school", _("学校")), ("venue", _("场馆"))]
    )
    seats = forms.IntegerField(label=_("可容纳人数"), min_value=1, required=False)
    openings = forms.MultipleChoiceField(
        label=_("开放日"),
        choices=[("weekday", _("工作日")), ("weekend", _("双休日"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label=_("我已核对以上内容"))


def examples() -> list[Example]:
    """Every example, in the order of the list above."""
    return [
        Example(
            name=name,
            title=title,
            template=f"portal/examples/{name}.html",
            source=(EXAMPLES / f"{name}.html").read_text(encoding="utf-8").strip(),
        )
        for name, title in TITLES.items()
    ]


def sample() -> dict[str, Any]:
    """Values for the examples. They are examples of form, and the page says so."""
    form = ExampleForm({"name": "", "kind": "school", "seats": "0"})
    form.is_valid()
    return {
        "form": form,
        "page_of_many": _page(number=4),
        "day": date(2025, 9, 30),
        "moment": datetime(2025, 9, 30, 14, 5, tzinfo=SHANGHAI),
        "trail": [(_("首页"), "#"), (_("方案"), "#"), (_("老年人行动"), "#")],
        "tabs": [(_("全部"), "#", True, 9), (_("按期"), "#", False, 6), (_("有风险"), "#", False, 3)],
        "steps": [(_("填写"), "done"), (_("提交"), "done"), (_("核实"), "current"), (_("计入"), "todo")],
        "bars": _bars(),
        "lines": _lines(),
        "swatches": ["ink", "ink-2", "ink-3", "brand", "brand-strong", "accent", "good", "warn", "bad"],
    }


def _page(*, number: int) -> Page[int]:
    return Paginator(range(1, 182), 20).page(number)


def _bars() -> dict[str, Any]:
    return {
        "kind": "row",
        "unit": str(_("人次")),
        "categories": [str(_("街道甲")), str(_("街道乙")), str(_("乡镇丙")), str(_("乡镇丁"))],
        "series": [{"name": str(_("培训")), "values": [4820, 3975, 2210, 640]}],
        "target": {"label": str(_("目标")), "value": 3000},
    }


def _lines() -> dict[str, Any]:
    return {
        "kind": "line",
        "unit": str(_("人次")),
        "categories": [str(_("一季度")), str(_("二季度")), str(_("三季度")), str(_("四季度"))],
        "series": [
            {"name": "2024", "values": [1200, 3100, 5200, 8400]},
            {"name": "2025", "values": [1850, 4020, 7600, 11645]},
        ],
    }
