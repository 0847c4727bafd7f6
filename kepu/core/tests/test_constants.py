"""Our `{% translate %}` and `{% url %}` give what Django's give, whatever was remembered before."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, path, reverse
from django.utils import translation

from kepu.core.templatetags.kepu_constants import ConstantAddress, ConstantText

urlpatterns = [path("elsewhere/", lambda request: None, name="somewhere")]
TEXT = "首页"


def render(source, **values):
    return Template(source).render(Context(values))


def in_both_languages(page, **values):
    found = []
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            found.append(page.render(Context(values)))
    return found


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "首页" %}',
        '{% translate "首页" as text %}{{ text }}',
        "{% translate text %}",
        '{% translate "首页"|upper %}',
        '{% translate "首页" noop %}',
        '{% translate "周一" context "weekday" %}',
    ],
)
def test_a_text_is_the_one_of_djangos_own_tag_in_every_language(source):
    ours, djangos = Template(source), Template("{% load i18n %}" + source)
    assert not any(isinstance(node, ConstantText) for node in djangos.nodelist)
    assert in_both_languages(ours, text=TEXT) == in_both_languages(djangos, text=TEXT)


def test_a_constant_text_is_remembered_and_a_variable_one_is_not():
    (constant,) = Template('{% translate "首页" %}').nodelist
    (variable,) = Template("{% translate text %}").nodelist
    assert (isinstance(constant, ConstantText), isinstance(variable, ConstantText)) == (True, False)


def test_a_text_with_a_variable_follows_the_variable():
    page = Template("{% translate text %}")
    assert [page.render(Context({"text": text})) for text in ("甲", "乙")] == ["甲", "乙"]


def test_an_address_is_the_one_that_reverse_gives():
    assert render('{% url "portal:home" %}') == reverse("portal:home")


def test_an_address_with_arguments_follows_them():
    page = Template('{% url "portal:plan" slug %}')
    assert not any(isinstance(node, ConstantAddress) for node in page.nodelist)
    assert [page.render(Context({"slug": slug})) for slug in ("a", "b")] == ["/plans/a/", "/plans/b/"]


def test_a_page_that_does_not_exist_is_empty_where_it_is_asked_for_and_an_error_where_it_is_needed():
    assert render('{% url "nowhere:at_all" as address %}[{{ address }}]') == "[]"
    with pytest.raises(NoReverseMatch):
        render('{% url "nowhere:at_all" %}')


def test_another_table_of_addresses_is_asked_anew(settings):
    page = Template('{% url "somewhere" as address %}{{ address }}')
    before = page.render(Context())
    settings.ROOT_URLCONF = __name__
    assert (before, page.render(Context())) == ("", "/elsewhere/")


def test_a_remembered_value_is_put_where_it_is_asked_for_every_time():
    page = Template('{% translate "首页" as text %}{{ text }}')
    assert page.render(Context()) == page.render(Context()) != ""


def test_a_static_file_is_where_the_storage_of_the_moment_has_it(settings):
    page = Template('{% static "css/kepu.css" %}')
    before = [page.render(Context()) for _ in range(2)]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "OPTIONS": {"base_url": "/elsewhere/"},
        },
    }
    assert (before, page.render(Context())) == (["/static/css/kepu.css"] * 2, "/elsewhere/css/kepu.css")
