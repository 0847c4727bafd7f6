"""What a web site put around the plan: menus, counters, share buttons, copyright."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plan_document.lexicon import PLAN_TITLE_NOUN
from plan_document.lines import Line
from plan_document.view import Span

_SITE_WORDS = re.compile(
    r"下载|上传|在线阅读|免费预览|预览|版权所有|版权归|[Cc]opyright|©|ICP备|备案号|许可证|公网安备|阅读全文|"
    r"相关(?:资源|推荐|文档|阅读|搜索|文章|链接|信息|附件)|猜你喜欢|热门推荐|分享到?|打印|关闭(?:窗口|本页)?|扫一扫|"
    r"[上下]一[篇条页]|责任编辑|责编|网站地图|网站首页|联系我们|关于我们|索引号|发布机构|发布日期|发布时间|发文日期|生成日期|"
    r"成文日期|公开方式|公开范围|信息分类|主题分类|体裁分类|组配分类|有效性|统一登记号|当前位置|所在位置|现在的位置|首页|"
    r"字号|字体|浏览次数|浏览量|点击(?:数|量|率)|访问量|阅读次数|文档编号|页数|会员|收藏|举报|侵犯|客服|登录|注册|公众号|"
    r"网站标识码|无障碍|长者模式|适老|主办单位|技术支持|资源描述|文档格式|\.(?:docx?|pdf|wps|txt|pptx?)\b|https?://|www\.|"
    r"来源[:]|作者[:]|编辑[:]|信息来源|信息索引|返回顶部|用户|网友|评论|点赞|文库|本站|免责声明|搜索|导航|微信|微博"
)
_TITLE_LINE = re.compile(rf".{{2,90}}?{PLAN_TITLE_NOUN}(?:\(.{{1,30}}\))?(?:的通知)?")
# A site's own lines around a document are fewer; a file without any plan must not be searched to its end.
_MOST_LINES_AROUND = 600


def is_site_line(line: Line) -> bool:
    """Does the line speak of a web site rather than of work to be done?"""
    hits = len(set(_SITE_WORDS.findall(line.text[:600])))
    if line.is_marked and hits < 2:
        return False
    return hits >= 2 if line.is_prose else hits >= 1


def boilerplate_of(lines: Sequence[Line]) -> tuple[Span, Span]:
    """The lines before and the lines after the plan, as two spans of line numbers (empty when there are none)."""
    head = _head(lines)
    return Span(0, head), Span(max(head, _tail(lines, head)), len(lines))


def _head(lines: Sequence[Line]) -> int:
    last_site_line = -1
    for index, line in enumerate(lines[:_MOST_LINES_AROUND]):
        if is_site_line(line):
            last_site_line = index
        elif line.is_prose or (line.is_marked and not _is_counter(line)):
            break
    else:
        return 0
    return last_site_line + 1


def _is_counter(line: Line) -> bool:
    return len(line.text) < 6


def _tail(lines: Sequence[Line], head: int) -> int:
    """The first line of the longest end in which most lines are the site's and none is the plan's."""
    start = len(lines)
    site_lines = other_lines = 0
    for index in range(len(lines) - 1, max(head, len(lines) - _MOST_LINES_AROUND) - 1, -1):
        line = lines[index]
        if is_site_line(line):
            site_lines += 1
            start = index
        elif _belongs_to_the_plan(line):
            break
        else:
            other_lines += 1
        if other_lines > 4 * (site_lines + 1):
            break
    return start


def _belongs_to_the_plan(line: Line) -> bool:
    return line.is_marked or line.is_prose or len(line.text) > 60


def title_line_inside(lines: Sequence[Line], head: Span) -> int | None:
    """The last line of the site's head that is a plan's title, None when there is none."""
    for index in range(head.end - 1, head.start - 1, -1):
        line = lines[index]
        if _TITLE_LINE.fullmatch(line.text) and not _SITE_WORDS.search(line.text):
            return index
    return None
