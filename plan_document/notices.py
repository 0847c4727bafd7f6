"""What a person should look at: every warning that the parser can give, with its stable code."""

from __future__ import annotations

from plan_document.draft import Severity, Warning
from plan_document.view import Span

MESSAGES: dict[str, tuple[Severity, str]] = {
    "not_a_plan": (Severity.ERROR, "没有认出这是一份方案或规划：请核对是否传错了文件。"),
    "empty": (Severity.ERROR, "文件里没有可以读取的文字：扫描件请先做文字识别。"),
    "no_actions": (Severity.ERROR, "没有找到重点任务：请检查标题是否带有序号，或在预览页手工添加。"),
    "very_long": (Severity.WARNING, "文件特别长：超出部分原样保留，但可能没有读出其中的任务，请分开导入。"),
    "no_period": (Severity.WARNING, "没有找到起止年份：请填写规划期。"),
    "no_title": (Severity.WARNING, "没有找到方案的标题：请填写标题。"),
    "period_garbled": (Severity.WARNING, "“{written}”的连接号丢失，按“{start}—{end}”理解：请核对年份。"),
    "truncated": (Severity.WARNING, "正文在“{written}”处中断，后面的内容缺失：请找到完整的文件补上。"),
    "owners_missing": (Severity.WARNING, "“{title}”没有写明责任单位：请补充。"),
    "owners_unclear": (Severity.WARNING, "“{written}”不像单位名称：请核对责任单位的写法。"),
    "owners_empty": (Severity.WARNING, "写了责任单位一栏，但没有读出单位：请补充。"),
    "bracket_unclosed": (Severity.WARNING, "责任单位的括号没有写完：请核对单位是否完整。"),
    "number_misread": (Severity.WARNING, "序号“{written}”疑为“{expected}”：已按顺序理解，请核对。"),
    "number_duplicate": (Severity.WARNING, "序号“{written}”重复，按顺序应为“{expected}”：请核对。"),
    "number_jump": (Severity.WARNING, "序号“{written}”不连续，按顺序应为“{expected}”：请核对是否缺少内容。"),
    "likely_typo": (Severity.WARNING, "“{written}”疑为“{expected}”：请核对。"),
    "target_without_deadline": (Severity.INFO, "目标“{written}”没有写明完成时间：如有需要请补充。"),
    "measures_inferred": (Severity.INFO, "“{title}”的各项措施没有编号，按文意划分：请核对。"),
    "page_marks_removed": (Severity.INFO, "去掉了正文中的{count}处页码。"),
    "boilerplate_left_out": (Severity.INFO, "这里是网站或下载站的文字，没有当作正文。"),
}


def notice(code: str, place: Span, **words: object) -> Warning:
    """A warning with its message filled in."""
    severity, message = MESSAGES[code]
    return Warning(code, message.format(**words), place.start, place.end, severity)
