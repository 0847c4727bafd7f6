"""`{% translate %}`, `{% url %}` and `{% static %}` that look a constant up once, because a page has a hundred of them.

They take the place of Django's tags of these names, parse as those do and give what those give. Only a text without
variables, filters and context, an address without arguments and a file named in full are remembered: none can change
while the process runs. Everything else goes to Django's own node.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import STATICFILES_STORAGE_ALIAS, settings
from django.core.files.storage import storages
from django.template import Context, Node
from django.template.base import FilterExpression, Parser, Token
from django.template.defaulttags import url as parse_url
from django.templatetags.i18n import TranslateNode, do_translate
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix, get_urlconf
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
EMPTY = mark_safe("")


@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    node = do_translate(parser, token)
    return ConstantText(node, asvar=node.asvar) if _is_constant_text(node) else node


@register.tag("url")
def url(parser: Parser, token: Token) -> Node:
    node = parse_url(parser, token)
    is_constant = _is_constant(node.view_name) and not node.args and not node.kwargs
    return ConstantAddress(node, asvar=node.asvar) if is_constant else node


@register.tag("static")
def static(parser: Parser, token: Token) -> Node:
    node = StaticNode.handle_token(parser, token)
    return ConstantFile(node, asvar=node.varname) if _is_constant(node.path) else node


class _Remembered(Node):
    """What a node gives, once for every key; `asvar` puts it into the context as Django's node would."""

    def __init__(self, node: Node, *, asvar: str | None) -> None:
        self.node = node
        self.asvar = asvar
        self.found: dict[Any, Any] = {}

    def key(self) -> Any:
        raise NotImplementedError

    def render(self, context: Context) -> SafeString:
        key = self.key()
        if key not in self.found:
            printed = self.node.render(context)
            self.found[key] = context[self.asvar] if self.asvar else printed
        if self.asvar is None:
            return self.found[key]  # type: ignore[no-any-return]
        context[self.asvar] = self.found[key]
        return EMPTY


class ConstantText(_Remembered):
    """A text, once for every language."""

    def key(self) -> str | None:
        return get_language()


class ConstantAddress(_Remembered):
    """An address, once for every table of addresses and prefix it is asked under."""

    def key(self) -> tuple[str, str | None, str]:
        return get_script_prefix(), get_urlconf(), settings.ROOT_URLCONF


class ConstantFile(_Remembered):
    """The address of a static file, once for every storage that may serve it."""

    def key(self) -> Any:
        return storages[STATICFILES_STORAGE_ALIAS]


def _is_constant_text(node: TranslateNode) -> bool:
    return not node.noop and node.message_context is None and _is_constant(node.filter_expression)


def _is_constant(expression: FilterExpression) -> bool:
    """A quoted text: where Django makes a variable of it, that one is a literal."""
    var = expression.var
    return not expression.filters and (isinstance(var, str) or getattr(var, "literal", None) is not None)
