"""`{% remembered value … %}`: a part of a page that depends on these values alone is rendered once for each of them.

The values are read anew for every page; only turning them into HTML is saved, so nothing on the page can be old. What
the part uses must be among the values, apart from the language: a request, a user or a token must not.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
MOST = 256


@register.tag("remembered")
def remembered(parser: Parser, token: Token) -> Node:
    values = [parser.compile_filter(written) for written in token.split_contents()[1:]]
    if not values:
        raise template.TemplateSyntaxError("remembered needs the values that the part depends on")
    body = parser.parse(("endremembered",))
    parser.delete_first_token()
    return RememberedPart(body, values=values)


class RememberedPart(Node):
    """Keyed by the language and by how the values print, which for rows of plain values says all of them."""

    def __init__(self, body: NodeList, *, values: list[FilterExpression]) -> None:
        self.nodelist = body
        self.values = values
        self.found: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), *(repr(value.resolve(context)) for value in self.values))
        found = self.found.get(key)
        if found is None:
            found = self.nodelist.render(context)
            if len(self.found) >= MOST:
                self.found.clear()  # all at once: values that come back are soon there again
            self.found[key] = found
        return found
