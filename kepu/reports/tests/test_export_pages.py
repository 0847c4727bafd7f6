"""The page of exports and its buttons: who may, what comes back, what is written down."""

import hashlib
from io import BytesIO
from urllib.parse import unquote

import openpyxl
import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kepu.audit.models import Entry
from kepu.plans.models import Plan
from kepu.reports.tests.district import AT
from tests.factories.plans import make_action, make_measure, make_plan


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def visit(client, district):
    def go(role, name, *args, **query):
        client.force_login(district.people[role])
        return client.get(reverse(f"reports:{name}", args=args), query)

    return go


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_page_says_how_complete_the_quarter_is(visit, district):
    page = visit("district_office", "home")
    assert page.context["period"] == district.period
    progress = page.context["progress"]
    assert (progress.owed, progress.handed_in, progress.missing, progress.verified, progress.unverified) == (
        4,
        3,
        1,
        2,
        1,
    )
    assert "应报 4 份，已交 3 份，还缺 1 份；已核实 2 份，待核实 1 份。" in page.content.decode()


def test_the_office_is_offered_both_formats_of_every_paper(visit, district):
    page = visit("district_office", "home").content.decode()
    for file_format in ("docx", "pdf"):
        assert reverse("reports:quarterly", args=[district.period.pk, file_format]) in page
        assert reverse("reports:yearly", args=["shangyu", 2025, file_format]) in page
        assert reverse("reports:final", args=["shangyu", file_format]) in page


def test_a_unit_is_offered_its_own_ledger_and_no_papers(visit, district):
    page = visit("partner_unit", "home")
    assert page.context["unit"] == district.partner
    assert "paper." not in page.content.decode()
    assert (
        f"{reverse('reports:ledger', args=['shangyu'])}?unit={district.partner.pk}" in page.content.decode()
    )


@pytest.mark.parametrize("role", ["township", "resident", "nobody"])
def test_who_has_nothing_to_export_is_told_so(visit, role):
    page = visit(role, "home")
    assert page.context["plan"] is None
    assert "还没有可以导出的内容" in page.content.decode()


def test_another_plan_can_be_chosen(visit, district):
    other = make_plan(office=district.office, slug="other", title="下一个方案", starts_in=2026, ends_in=2030)
    page = visit("district_office", "home", plan="other")
    assert page.context["plan"] == other
    assert "这个方案还没有填报期" in page.content.decode()


@pytest.mark.parametrize("file_format", ["docx", "pdf"])
@pytest.mark.parametrize("name", ["quarterly", "yearly", "final"])
def test_a_paper_comes_as_a_file_with_its_name_and_leaves_a_trace(visit, district, name, file_format):
    arguments = {
        "quarterly": [district.period.pk, file_format],
        "yearly": ["shangyu", 2025, file_format],
        "final": ["shangyu", file_format],
    }[name]
    response = visit("district_office", name, *arguments)
    assert response.content[:4] == {"docx": b"PK\x03\x04", "pdf": b"%PDF"}[file_format]
    assert f".{file_format}" in unquote(response["Content-Disposition"])
    assert "no-store" in response["Cache-Control"]
    entry = Entry.objects.get(deed=f"export_{name}_paper")
    assert entry.changes["sha256"] == hashlib.sha256(response.content).hexdigest()
    assert entry.actor_id == district.people["district_office"].pk


ROLES = [
    "district_office",
    "lead_unit",
    "partner_unit",
    "township",
    "venue_keeper",
    "expert",
    "volunteer_organiser",
    "resident",
    "guardian",
    "auditor",
    "nobody",
]


@pytest.mark.parametrize("role", ROLES)
def test_papers_and_the_whole_ledger_are_for_the_office_and_the_auditor(visit, district, role):
    answers = [
        visit(role, "quarterly", district.period.pk, "docx"),
        visit(role, "yearly", "shangyu", 2025, "docx"),
        visit(role, "final", "shangyu", "docx"),
        visit(role, "ledger", "shangyu"),
    ]
    expected = 200 if role in ("district_office", "auditor") else 302
    assert [answer.status_code for answer in answers] == [expected] * 4
    assert Entry.objects.exists() == (expected == 200)


def test_a_refused_person_reads_why(visit, district):
    response = visit("lead_unit", "quarterly", district.period.pk, "docx")
    assert response.url == reverse("reports:home")
    assert said(response) == ["您没有做这件事的权限，请联系所在单位的管理员或区科协办公室。"]


def test_a_unit_takes_its_ledger_and_cannot_name_another(visit, district):
    own = visit("partner_unit", "ledger", "shangyu", unit=district.partner.pk)
    book = openpyxl.load_workbook(BytesIO(own.content))
    assert district.partner.name in book["任务台账"]["A2"].value
    assert visit("partner_unit", "ledger", "shangyu", unit=district.lead.pk).status_code == 404
    assert visit("partner_unit", "ledger", "shangyu", unit="x").status_code == 404


def test_a_plan_that_is_hidden_does_not_exist_for_others(visit, district):
    Plan.objects.update(is_public=False)
    assert visit("resident", "quarterly", district.period.pk, "docx").status_code == 404
    assert visit("resident", "final", "shangyu", "docx").status_code == 404


def test_the_number_of_the_paper_is_printed(visit, district):
    response = visit("district_office", "quarterly", district.period.pk, "docx", number="虞科纲办〔2025〕7号")
    assert response.status_code == 200
    long = visit("district_office", "quarterly", district.period.pk, "docx", number="号" * 41)
    assert said(long) == ["发文字号最多 40 个字，请改短后再导出。"]


@pytest.mark.parametrize("file_format", ["exe", "html"])
def test_an_unknown_format_does_not_exist(visit, district, file_format):
    assert visit("district_office", "quarterly", district.period.pk, file_format).status_code == 404


def test_a_year_without_quarters_says_what_to_do(visit, district):
    assert said(visit("district_office", "yearly", "shangyu", 2023, "docx")) == [
        "这一年还没有填报期，请先开放填报期，或改选另一年。"
    ]


def test_the_evidence_is_streamed(visit, district):
    response = visit("district_office", "evidence", district.period.pk)
    assert response.streaming
    assert b"".join(response.streaming_content)[:4] == b"PK\x03\x04"


def test_a_machine_without_chinese_fonts_offers_word_and_says_what_to_install(visit, monkeypatch):
    class Latin:
        def families(self):
            return ["DejaVu Sans"]

    monkeypatch.setattr("kepu.reports.views.installed_fonts", Latin)
    page = visit("district_office", "home").content.decode()
    assert "fonts-noto-cjk" in page
    assert "paper.pdf" not in page
    assert "paper.docx" in page


def test_nobody_gets_in_without_logging_in(client, district):
    response = client.get(reverse("reports:ledger", args=["shangyu"]))
    assert response.status_code == 302
    assert "login" in response.url


def test_the_page_costs_the_same_for_one_and_many_measures_and_plans(visit, district):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            visit("lead_unit", "home")
        return len(captured)

    visit("lead_unit", "home")
    before = cost()
    for number in range(12):
        make_measure(district.verified.action)
        make_measure(
            make_action(make_plan(office=district.office, slug=f"more-{number}"), leads=[district.lead])
        )
    assert cost() == before
