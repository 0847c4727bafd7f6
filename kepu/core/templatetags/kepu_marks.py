"""The small marks that stand beside words on every page, many times a page: icons, states, kinds of number.

Plain tags, because a component would cost more than all the rest of a row. `<c-icon>`, `<c-status>` and `<c-kind>`
draw the same marks.
"""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from kepu.core.templatetags.kepu_format import kind_meaning, kind_word

register = template.Library()

# Line icons on a grid of 24, in the colour of the text around them.
ICONS = {
    "check": '<circle cx="12" cy="12" r="9"/><path d="m8 12.2 2.8 2.8L16 9.5"/>',
    "warning": '<path d="M12 3.5 22 20H2zM12 10v4.500M12 17.200v.3"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.500M12 7.500v.3"/>',
    "down": '<path d="m6 9.5 6 6 6-6"/>',
    "right": '<path d="m9.5 6 6 6-6 6"/>',
    "left": '<path d="m14.5 6-6 6 6 6"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 5 5"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 21c.8-4.5 4-7 8-7s7.2 2.5 8 7"/>',
    "people": '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20c.6-4 3.2-6 6.5-6s5.9 2 6.5 6M16 5.300a3.5 3.5 0 0 1 0 6.400M18 14.400c2 .7 3.2 2.6 3.5 5.6"/>',
    "bell": '<path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 1.500h-15zM10 21h4"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.500l3.5 2"/>',
    "calendar": '<rect x="4" y="5.5" width="16" height="15" rx="2"/><path d="M4 10.500h16M8.5 3v4M15.5 3v4"/>',
    "document": '<path d="M6 3h8.500L19 7.500V21H6zM14 3v5h5M9 13h7M9 17h7"/>',
    "upload": '<path d="M12 16V4m-4.5 4.500L12 4l4.5 4.500M4 15v5h16v-5"/>',
    "download": '<path d="M12 4v12m-4.5-4.500L12 16l4.5-4.500M4 15v5h16v-5"/>',
    "print": '<path d="M7 9V3.500h10V9M7 17H4V9h16v8h-3M7 14h10v6.500H7z"/>',
    "edit": '<path d="m4 20 1-4.500L16.5 4 20 7.5 8.5 19z"/>',
    "sound": '<path d="M4 9.500v5h4l5 4v-13l-5 4zM16.5 9a4.2 4.2 0 0 1 0 6M19 6.500a8 8 0 0 1 0 11"/>',
    "text-size": '<path d="M3 19 8.5 5 14 19M5 14.500h7M15 19l3.2-8 3.2 8M16 16.500h4.5"/>',
    "contrast": '<circle cx="12" cy="12" r="9"/><path class="icon-solid" d="M12 3a9 9 0 0 1 0 18z"/>',
    "flag": '<path d="M6 21V4M6 4.500h12l-3 4 3 4H6"/>',
    "leaf": '<path d="M12 21v-8M12 13c0-4 2.5-7 8-7 0 5-3 8-8 7zM12 16c0-3-2-5.5-7-5.5 0 4 2.5 6.5 7 5.500z"/>',
    "chart": '<path d="M4 20h16M7 16v-5M12 16V6M17 16v-8"/>',
    "youth": '<path d="M9.5 3.500h5M10.5 3.500v6L5 19a1.2 1.2 0 0 0 1 1.800h12A1.2 1.2 0 0 0 19 19l-5.5-9.500v-6M8 15h8"/>',
    "farmer": '<path d="M12 21V9M12 9c-2.5-1-3-3.5-2-6 2 1 3 3.5 2 6zM12 14.500c-3 0-5-1.5-5.5-4.5 3 0 5 1.5 5.5 4.500zM12 14.500c3 0 5-1.5 5.5-4.5-3 0-5 1.5-5.5 4.500zM12 20c-3 0-5-1.5-5.5-4.5 3 0 5 1.5 5.5 4.500zM12 20c3 0 5-1.5 5.5-4.5-3 0-5 1.5-5.5 4.500z"/>',
    "worker": '<path d="M4 17.500h16M5.5 17.500v-2a6.5 6.5 0 0 1 13 0v2M10 9.200V6.500h4v2.700M4 17.500v2.500h16v-2.5"/>',
    "elder": '<path d="M12 20.500C6 16.5 3.5 13 3.5 9.500A4.5 4.5 0 0 1 12 7.500a4.5 4.5 0 0 1 8.5 2c0 3.5-2.5 7-8.5 11zM7 12.500h2.500L11 10l2 5 1.5-2.500H17"/>',
    "official": '<path d="M4 20.500h16M5.5 17.500h13M7 17.500v-7M12 17.500v-7M17 17.500v-7M4.5 10.5 12 5l7.5 5.500z"/>',
}
UNKNOWN_ICON = '<circle cx="12" cy="12" r="3"/>'

# One shape for each tone, so that nobody needs the colour to tell them apart.
SHAPES = {
    "good": '<circle class="shape-fill" cx="8" cy="8" r="7"/><path class="shape-line" d="m4.8 8.3 2.2 2.2 4.2-4.7"/>',
    "warn": '<path class="shape-fill" d="M8 1.2 15.3 14.400H.700z"/><path class="shape-line" d="M8 6v4M8 12v.4"/>',
    "bad": '<path class="shape-fill" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path class="shape-line" d="m5.5 5.5 5 5m0-5-5 5"/>',
    "info": '<rect class="shape-fill" x="1.5" y="1.5" width="13" height="13" rx="3"/><path class="shape-line" d="M4.5 8h7"/>',
}
THIS_PAGE = mark_safe(' aria-current="page"')
ABOVE_THIS_PAGE = mark_safe(' aria-current="true"')
NO_MARK = mark_safe("")
UNKNOWN_SHAPE = '<circle class="shape-open" cx="8" cy="8" r="6"/>'


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Decoration only: the word beside it carries the meaning."""
    extra = f" {conditional_escape(css)}" if css else ""
    return mark_safe(  # noqa: S308 - our own drawing and an escaped class
        f'<svg class="icon{extra}" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">'
        f"{ICONS.get(name, UNKNOWN_ICON)}</svg>"
    )


@register.simple_tag(takes_context=True)
def current(context: Context, address: str, here: str = "") -> SafeString:
    """For a link of a menu: whether it leads to this page, or is the nearest entry (`nearest_address`) above it."""
    if context["request"].path == address:
        return THIS_PAGE
    return ABOVE_THIS_PAGE if address == here else NO_MARK


@register.simple_tag
def status(tone: str, word: str | Promise) -> SafeString:
    """Colour and word and shape: any one of the three is enough to tell the states apart."""
    return mark_safe(  # noqa: S308 - both are escaped
        f'<span class="status status-{conditional_escape(tone)}">{status_shape(tone)}{conditional_escape(str(word))}</span>'
    )


@register.filter
def status_shape(tone: str) -> SafeString:
    return mark_safe(  # noqa: S308 - our own drawing
        '<svg class="status-shape" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">'
        f"{SHAPES.get(tone, UNKNOWN_SHAPE)}</svg>"
    )


@register.simple_tag
def kind(code: str) -> SafeString:
    """What kind of number it is, and in its title what that means."""
    meaning, word = conditional_escape(kind_meaning(code)), conditional_escape(kind_word(code))
    return mark_safe(  # noqa: S308 - all three are escaped
        f'<span class="kind kind-{conditional_escape(code)}" title="{meaning}">{word}</span>'
    )
