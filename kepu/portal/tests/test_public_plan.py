"""The public page of a plan: what it shows, what it keeps back, what it costs."""

import csv
import io
from datetime import date

import pytest
from django.core.cache import caches
from django.urls import reverse

from kepu.plans.models import ReportState
from tests.factories.accounts import make_organisation
from tests.factories.plans import make_action, make_measure, make_period, make_plan, make_report, make_target

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_kept_pages():
    caches["pages"].clear()


@pytest.fixture
def lead():
    return make_organisation("教育局")


@pytest.fixture
def plan(lead):
    plan = make_plan(slug="shangyu", title="行动方案")
    make_measure(make_action(plan, leads=[lead], title="青少年行动"), title="科学课")
    make_target(plan)
    return plan


def page(client, plan, name="plan"):
    return client.get(reverse(f"portal:{name}", args=[plan.slug]))


def test_a_visitor_reads_goals_measures_and_units(client, plan):
    text = page(client, plan).content.decode()
    for word in ("老年人培训", "30,000", "科学课", "教育局"):
        assert word in text


def test_a_plan_that_is_not_public_does_not_exist_for_visitors(client, plan):
    plan.is_public = False
    plan.save()
    assert [page(client, plan, name).status_code for name in ("plan", "plan_json")] == [404, 404]


def plans_on(client, day, time_machine_at):
    with time_machine_at(day):
        context = client.get(reverse("portal:goals")).context
    return context["plans"]


def test_the_short_address_leads_to_the_only_plan(client, plan):
    make_plan(slug="secret", is_public=False)
    assert client.get(reverse("portal:goals")).url == "/plans/shangyu/"


def test_several_plans_are_listed_the_one_of_the_year_first(client, plan, time_machine_at):
    coming = make_plan(slug="next", starts_in=2026, ends_in=2030)
    now = plans_on(client, date(2025, 5, 1), time_machine_at)
    later = plans_on(client, date(2027, 5, 1), time_machine_at)
    assert (now.current, now.others, later.current, later.others) == (plan, [coming], coming, [plan])


def test_between_two_plans_the_one_that_ended_stays_the_present_one(client, plan, time_machine_at):
    make_plan(slug="later", starts_in=2028, ends_in=2030)
    assert plans_on(client, date(2027, 5, 1), time_machine_at).current == plan


def test_documents_of_higher_levels_are_listed_apart(client, plan):
    nation = make_plan(slug="nation", level="nation", title="国家纲要")
    page = client.get(reverse("portal:goals"))
    assert (page.context["plans"].higher, "国家纲要" in page.content.decode()) == ([nation], True)


def test_without_any_plan_the_short_address_says_what_will_come(client):
    assert "还没有公开的方案" in client.get(reverse("portal:goals")).content.decode()


def test_the_home_page_shows_the_goals_of_the_current_plan(client, plan):
    assert "老年人培训" in client.get(reverse("portal:home")).content.decode()


def test_progress_is_shown_only_once_it_is_verified(client, plan, lead):
    measure = plan.actions.get().measures.get()
    report = make_report(measure, organisation=lead, period=make_period(plan), state=ReportState.SUBMITTED)
    assert page(client, plan, "plan_json").json()["actions"][0]["measures"][0]["verified_until"] is None
    caches["pages"].clear()
    report.state = ReportState.ACCEPTED
    report.save()
    shown = page(client, plan, "plan_json").json()["actions"][0]["measures"][0]["verified_until"]
    assert shown == "2025-Q3"


def test_the_csv_opens_in_an_office_program_and_starts_no_formula(client, plan):
    plan.actions.get().measures.update(title="=1+1")
    body = page(client, plan, "plan_measures_csv").content.decode()
    assert body.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(body.removeprefix("\ufeff")))
    assert (row["measure"], row["units"]) == ("'=1+1", "教育局")


def test_a_plan_without_targets_says_so(client):
    plan = make_plan()
    assert "方案没有提出数字指标" in page(client, plan).content.decode()


@pytest.mark.parametrize("measures", [1, 300])
def test_the_page_costs_the_same_however_many_measures(client, plan, django_assert_num_queries, measures):
    action = plan.actions.get()
    for _ in range(measures - 1):
        make_measure(action)
    with django_assert_num_queries(10):
        page(client, plan)


def test_a_visitor_gets_the_kept_page_without_a_query(client, plan, django_assert_num_queries):
    first = page(client, plan)
    with django_assert_num_queries(0):
        second = page(client, plan)
    assert second.content == first.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_elder_mode_and_language_have_kept_pages_of_their_own(client, plan):
    standard = page(client, plan).content
    client.cookies["mode"] = "elder"
    elder = page(client, plan).content
    client.cookies["django_language"] = "en"
    assert len({standard, elder, page(client, plan).content}) == 3


def test_a_signed_in_person_never_gets_a_kept_page(client, plan, django_user_model):
    page(client, plan)
    client.force_login(django_user_model.objects.create(username="a", name="甲"))
    plan.actions.get().measures.update(title="新名称")
    assert "新名称" in page(client, plan).content.decode()
