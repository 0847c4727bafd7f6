"""The menu of the desk: of its entries exactly one is the current one."""

import re

import pytest
from django.urls import reverse

from tests.factories.plans import make_target
from tests.factories.progress import make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def current(response):
    nav = response.content.decode().split('class="site-nav"')[1].split("</nav>")[0]
    return re.findall(r'<a [^>]*aria-current="(\w+)"[^>]*>([^<]+)</a>', nav)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("desk:home", ("page", "工作台")),
        ("plans:list", ("page", "方案")),
        ("plans:import", ("true", "方案")),
        ("plans:reports", ("page", "填报")),
        ("plans:assessments", ("page", "考核")),
        ("plans:rubric_new", ("true", "考核")),
        ("reports:home", ("page", "报表")),
        ("accounts:organisations", ("page", "单位与人员")),
        ("accounts:new_organisation", ("true", "单位与人员")),
        ("desk:vocabularies", ("page", "词表")),
    ],
)
def test_one_entry_is_current_on_every_page_it_leads_to(district, client, name, found):
    client.force_login(district.office)
    assert current(client.get(reverse(name))) == [found]


def test_pages_about_a_plan_belong_to_the_plans_and_writing_belongs_to_the_reports(district, client):
    client.force_login(district.lead)
    target = make_target(district.plan)
    address = reverse(
        "plans:write_report", args=[district.measure.pk, district.period.pk, district.lead_unit.pk]
    )
    assert current(client.get(address)) == [("true", "填报")]
    assert current(client.get(reverse("plans:measure", args=[district.measure.pk]))) == [("true", "方案")]
    assert current(client.get(reverse("plans:target", args=[target.pk]))) == [("true", "方案")]


def test_a_page_that_is_in_no_menu_makes_no_entry_current(district, client):
    client.force_login(district.lead)
    assert current(client.get(reverse("messages:inbox"))) == []
