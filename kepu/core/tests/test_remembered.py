"""A remembered part is rendered once for the same values and language, and anew for others."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation


class Counted:
    """Says how often it was printed; it is not among the values, so a repeated number shows what was remembered."""

    def __init__(self):
        self.times = 0

    def __str__(self):
        self.times += 1
        return str(self.times)


def printed(template, *, rows, counted):
    return template.render(Context({"rows": rows, "counted": counted}))


@pytest.fixture
def template():
    return Template(
        "{% remembered rows %}{% for row in rows %}{{ row.name }}{% endfor %}{{ counted }}{% endremembered %}"
    )


def test_the_same_values_are_rendered_once(template):
    counted = Counted()
    shown = [printed(template, rows=[{"name": "甲"}], counted=counted) for _ in range(3)]
    assert shown == ["甲1", "甲1", "甲1"]


def test_a_changed_value_is_rendered_anew(template):
    counted = Counted()
    shown = [printed(template, rows=[{"name": name}], counted=counted) for name in ("甲", "乙", "甲")]
    assert shown == ["甲1", "乙2", "甲1"]


def test_each_language_has_its_own():
    template = Template("{% load i18n %}{% remembered 1 %}{% translate '登录' %}{% endremembered %}")
    with translation.override("en"):
        english = template.render(Context())
    with translation.override("zh-hans"):
        chinese = template.render(Context())
    assert (english == chinese, chinese) == (False, "登录")


def test_values_are_escaped_as_ever(template):
    assert "<b>" not in printed(template, rows=[{"name": "<b>"}], counted=Counted())


def test_more_values_than_are_kept_do_no_harm(template):
    counted = Counted()
    shown = {printed(template, rows=[{"name": f"{n}-"}], counted=counted) for n in range(600)}
    assert len(shown) == 600


def test_a_part_must_say_what_it_depends_on():
    with pytest.raises(TemplateSyntaxError):
        Template("{% remembered %}x{% endremembered %}")
