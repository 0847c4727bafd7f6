"""Reporting in the browser: writing, handing in, verifying; nothing that was typed is lost."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kepu.accounts.models import Role
from kepu.audit.models import Entry
from kepu.plans.models import ProgressReport, ReportingPeriod, ReportState
from kepu.plans.services import progress
from tests.factories.accounts import make_user
from tests.factories.plans import make_measure, make_period, make_report, make_target
from tests.factories.progress import AT, PDF, figure, make_district, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2025-10-10T03:00:00+00:00", tick=False):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def address(district):
    return reverse(
        "plans:write_report", args=[district.measure.pk, district.period.pk, district.lead_unit.pk]
    )


def row(number=0, **fields):
    return {f"figure-{number}-{name}": value for name, value in fields.items()}


def typed(**changed):
    return {"text": "办了讲座", "standing": "on_track", "next_steps": "", "figure-count": "2"} | changed


def text(response):
    return response.content.decode()


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_a_draft_is_saved_with_figures_and_files_and_shown_again(district, client, address):
    target = make_target(district.plan, unit="人次")
    client.force_login(district.lead)
    files = [SimpleUploadedFile("总结.pdf", PDF), SimpleUploadedFile("表.csv", "姓名".encode())]
    figures = row(
        name="人次", numerator="1,2００", unit="人次", target=target.pk, credited=[district.partner_unit.pk]
    )
    response = client.post(address, typed(files=files, **figures), follow=True)
    assert messages_of(response) == ["草稿已保存，可以随时回来继续。"]
    report = ProgressReport.objects.get()
    kept = report.figures.get()
    assert (report.state, kept.numerator, kept.target) == (ReportState.DRAFT, 1200, target)
    assert set(kept.credited.all()) == {district.lead_unit, district.partner_unit}
    assert [one.name for one in report.evidence.all()] == ["总结.pdf", "表.csv"]
    page = text(response)
    assert 'value="1200"' in page
    assert "总结.pdf" in page


def test_a_half_typed_figure_is_kept_in_the_draft_and_named_when_handing_in(district, client, address):
    client.force_login(district.lead)
    client.post(address, typed(**row(name="人次", numerator="三百")))
    assert ProgressReport.objects.get().unfinished_figures == [{"name": "人次", "numerator": "三百"}]
    assert 'value="三百"' in text(client.get(address))
    response = client.post(address, typed(submit="1", **row(name="人次", numerator="三百")))
    errors = response.context["rows"][0].errors
    assert sorted(errors) == ["numerator", "unit"]
    assert 'value="三百"' in text(response)
    assert ProgressReport.objects.get().state == ReportState.DRAFT


def test_handing_in_leads_to_the_report_as_it_stands(district, client, address):
    client.force_login(district.lead)
    response = client.post(address, typed(submit="1"), follow=True)
    report = ProgressReport.objects.get()
    assert report.state == ReportState.SUBMITTED
    assert response.redirect_chain[-1][0] == reverse("plans:report", args=[report.pk])
    assert client.get(address, follow=True).redirect_chain[-1][0] == reverse("plans:report", args=[report.pk])


def test_an_empty_report_is_kept_but_not_handed_in(district, client, address):
    client.force_login(district.lead)
    response = client.post(address, typed(text=" ", submit="1", next_steps="下季度继续"))
    assert response.context["form"].errors == {"text": [str(progress.ReportIncomplete.message)]}
    assert ProgressReport.objects.get().next_steps == "下季度继续"


def test_a_file_that_is_refused_stops_the_handing_in_but_loses_nothing(district, client, address):
    client.force_login(district.lead)
    file = SimpleUploadedFile("程序.exe", b"MZ\x00")
    response = client.post(address, typed(submit="1", files=[file]), follow=True)
    assert ProgressReport.objects.get().state == ReportState.DRAFT
    assert "程序.exe" in messages_of(response)[0]


def test_one_more_row_keeps_what_is_typed_and_saves_nothing(district, client, address):
    client.force_login(district.lead)
    response = client.post(address, typed(add_figure="1", **row(name="人次")))
    assert (len(response.context["rows"]), ProgressReport.objects.exists()) == (3, False)
    assert 'value="人次"' in text(response)


@pytest.mark.parametrize("count", ["x", "-3", "999999"])
def test_a_forged_row_count_does_no_harm(district, client, address, count):
    client.force_login(district.lead)
    response = client.post(address, typed(**{"figure-count": count}), follow=True)
    assert response.status_code == 200


def test_a_forged_target_or_unit_is_not_taken(district, client, address):
    client.force_login(district.lead)
    foreign = district.stranger.active_memberships[0].organisation
    client.post(address, typed(**row(name="a", numerator="1", unit="人", credited=[foreign.pk])))
    report = ProgressReport.objects.get()
    assert not report.figures.exists()
    assert report.unfinished_figures == [{"name": "a", "numerator": "1", "unit": "人"}]


def test_a_refusal_of_a_figure_shows_the_form_as_it_was_typed(district, client, address):
    client.force_login(district.lead)
    figures = row(0, name="同名", numerator="1", unit="人") | row(1, name="同名", numerator="2", unit="人")
    response = client.post(address, typed(**figures))
    assert "同名" in str(response.context["form"].non_field_errors())
    assert 'value="2"' in text(response)
    assert not ProgressReport.objects.exists()


def test_typing_is_saved_in_passing(district, client, address):
    client.force_login(district.lead)
    response = client.post(address, typed(autosave="1"), headers={"hx-request": "true"})
    assert "已自动保存 11:00" in text(response)
    assert ProgressReport.objects.get().text == "办了讲座"


@pytest.mark.parametrize("who", ["partner", "office", "stranger"])
def test_nobody_else_finds_the_form_of_a_unit(district, client, address, who):
    client.force_login(getattr(district, who))
    assert client.get(address).status_code == 404


def test_a_unit_that_is_not_responsible_has_no_form(district, client):
    unit = district.stranger.active_memberships[0].organisation
    client.force_login(district.stranger)
    address = reverse("plans:write_report", args=[district.measure.pk, district.period.pk, unit.pk])
    assert client.get(address).status_code == 404


def test_the_form_shows_the_quarter_before_and_what_others_have_typed(district, client):
    before = make_period(district.plan, quarter=2)
    make_report(
        district.measure,
        organisation=district.partner_unit,
        period=before,
        state=ReportState.ACCEPTED,
        text="上季度的事",
    )
    district.submitted(figures=[figure(numerator=88)])
    client.force_login(district.partner)
    page = text(
        client.get(
            reverse(
                "plans:write_report", args=[district.measure.pk, district.period.pk, district.partner_unit.pk]
            )
        )
    )
    assert "上季度的事" in page
    assert "其他单位已经填了这些数字" in page


def test_a_locked_quarter_says_so_and_keeps_the_text_in_the_form(district, client, address):
    district.draft()
    progress.lock_period(district.period, by=district.office, at=AT)
    client.force_login(district.lead)
    response = client.post(address, typed(text="还想改"))
    assert response.context["form"].non_field_errors() == [str(progress.PeriodLocked.message)]
    assert "还想改" in text(response)


def test_evidence_is_removed_from_the_form(district, client, address):
    kept = progress.attach_evidence(district.draft(), upload=upload(), by=district.lead, at=AT)
    client.force_login(district.lead)
    response = client.post(reverse("plans:evidence_remove", args=[kept.pk]), follow=True)
    assert response.redirect_chain[-1][0] == address
    assert not kept.report.evidence.exists()


def act(client, name, report, **data):
    return client.post(reverse(f"plans:report_{name}", args=[report.pk]), data, follow=True)


def test_the_office_returns_with_a_reason_and_the_unit_takes_it_up_again(district, client):
    report = district.submitted()
    client.force_login(district.office)
    assert messages_of(act(client, "return", report, reason=" ")) == [str(progress.ReasonMissing.message)]
    act(client, "return", report, reason="缺签到表")
    client.force_login(district.lead)
    page = text(client.get(reverse("plans:reports")))
    assert "缺签到表" in page
    report.refresh_from_db()
    assert report.state == ReportState.RETURNED


def test_after_accepting_the_next_report_that_waits_is_shown(district, client):
    first = district.submitted()
    second = make_report(
        make_measure(district.measure.action),
        organisation=district.lead_unit,
        period=district.period,
        state=ReportState.SUBMITTED,
        submitted_at=AT,
    )
    client.force_login(district.office)
    response = act(client, "accept", first, next="1")
    assert response.redirect_chain[-1][0] == reverse("plans:report", args=[second.pk])
    response = act(client, "accept", second)
    assert response.redirect_chain[-1][0] == reverse("plans:report", args=[second.pk])
    assert messages_of(act(client, "accept", second))[0].startswith("它现在是")


def test_the_unit_takes_back_and_amends(district, client):
    report = district.submitted()
    client.force_login(district.lead)
    act(client, "withdraw", report)
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT
    progress.submit_report(report, by=district.lead, at=AT)
    progress.accept_report(report, by=district.office, at=AT)
    response = act(client, "amend", report, reason="漏报")
    assert response.redirect_chain[-1][0] == reverse(
        "plans:write_report", args=[report.measure_id, report.period_id, report.organisation_id]
    )
    assert [one.version for one in ProgressReport.objects.order_by("version")] == [1, 2]


def test_an_amendment_begun_by_mistake_is_dropped_where_it_is_written(district, client):
    first = district.accepted()
    client.force_login(district.lead)
    page = act(client, "amend", first, reason="手误").content.decode()
    second = ProgressReport.objects.get(version=2)
    assert reverse("plans:report_drop", args=[second.pk]) in page
    assert messages_of(act(client, "drop", second)) == ["已放弃更正稿，原来核实的填报继续有效。"]
    found = client.get(reverse("plans:report", args=[first.pk])).context
    assert [(one.version, one.state) for one in found["versions"]] == [(2, "dropped"), (1, "accepted")]
    assert (found["may_amend"], found["may_drop"]) == (True, False)


def test_the_first_report_is_not_offered_to_be_dropped(district, client):
    draft = district.draft()
    client.force_login(district.lead)
    drop = reverse("plans:report_drop", args=[draft.pk])
    address = reverse("plans:write_report", args=[draft.measure_id, draft.period_id, draft.organisation_id])
    assert drop not in client.get(address).content.decode()
    assert messages_of(act(client, "drop", draft)) == ["只有更正稿可以放弃；第一次填报可以修改，不能放弃。"]


@pytest.mark.parametrize("name", ["withdraw", "accept", "return", "amend", "drop"])
def test_a_report_that_one_may_not_see_is_not_found(district, client, name):
    report = district.submitted()
    client.force_login(district.partner)
    assert client.get(reverse("plans:report", args=[report.pk])).status_code == 404
    assert act(client, name, report, reason="x").status_code == 404


def test_the_report_offers_only_what_can_be_done_by_whom(district, client):
    report = district.submitted()
    for who, offered in [("office", "may_verify"), ("lead", "may_withdraw")]:
        client.force_login(getattr(district, who))
        context = client.get(reverse("plans:report", args=[report.pk])).context
        may = [
            name
            for name in ("may_edit", "may_withdraw", "may_amend", "may_drop", "may_verify")
            if context[name]
        ]
        assert may == [offered]


def test_the_list_filters_and_hides_the_drafts_of_others(district, client):
    district.draft()
    client.force_login(district.office)
    assert list(client.get(reverse("plans:reports")).context["page"]) == []
    progress.submit_report(ProgressReport.objects.get(), by=district.lead, at=AT)
    found = client.get(reverse("plans:reports"), {"state": "submitted", "unit": district.lead_unit.pk})
    assert [one.organisation for one in found.context["page"]] == [district.lead_unit]
    assert list(client.get(reverse("plans:reports"), {"state": "accepted"}).context["page"]) == []
    assert client.get(reverse("plans:reports"), {"state": "x", "page": "y"}).status_code == 200


def test_somebody_without_a_role_sees_an_empty_list(client):
    client.force_login(make_user(Role.RESIDENT))
    context = client.get(reverse("plans:reports")).context
    assert (context["mine"], context["office"], list(context["page"])) == (None, None, [])


def test_the_office_opens_moves_locks_and_unlocks_a_quarter_by_page(district, client):
    client.force_login(district.office)
    address = reverse("plans:periods", args=[district.plan.slug])
    assert client.get(address).context["form"].initial == {"year": 2025, "quarter": 4}
    client.post(address, {"year": 2025, "quarter": 4, "due_on": "2026-01-15"})
    period = ReportingPeriod.objects.get(quarter=4)
    again = client.post(address, {"year": 2025, "quarter": 4, "due_on": "2026-01-15"})
    assert again.context["form"].errors == {"quarter": [str(progress.PeriodExists.message)]}
    client.post(reverse("plans:period_due", args=[period.pk]), {"due_on": "2026-01-20", "reason": "春节"})
    client.post(reverse("plans:period_lock", args=[period.pk]))
    period.refresh_from_db()
    assert (period.due_on, period.locked_at is not None) == (date(2026, 1, 20), True)
    client.post(reverse("plans:period_unlock", args=[period.pk]), {"reason": "补报"})
    period.refresh_from_db()
    assert period.locked_at is None
    assert {"open_period", "move_due_day", "lock_period", "unlock_period"} <= set(
        Entry.objects.values_list("deed", flat=True)
    )


@pytest.mark.parametrize("name", ["period_due", "period_lock", "period_unlock"])
def test_periods_are_run_by_their_office_only(district, client, name):
    client.force_login(district.lead)
    assert client.post(reverse(f"plans:{name}", args=[district.period.pk])).status_code == 404


def test_the_first_quarter_proposed_lies_in_the_plan(district, client):
    district.period.delete()
    client.force_login(district.office)
    form = client.get(reverse("plans:periods", args=[district.plan.slug])).context["form"]
    assert form.initial == {"year": 2025, "quarter": 1}


def fill(district, reports):
    for _ in range(reports - 1):
        make_report(
            make_measure(district.measure.action),
            organisation=district.lead_unit,
            period=district.period,
            state=ReportState.SUBMITTED,
            submitted_at=AT,
            by=district.lead,
        )


@pytest.mark.parametrize("reports", [2, 300])
@pytest.mark.parametrize(("who", "queries"), [("office", 12), ("lead", 14)])
def test_the_list_costs_the_same_however_many_reports(
    district, client, django_assert_num_queries, who, queries, reports
):
    fill(district, reports)
    client.force_login(getattr(district, who))
    with django_assert_num_queries(queries):
        client.get(reverse("plans:reports"))


@pytest.mark.parametrize("figures", [1, 20])
def test_a_report_and_its_form_cost_the_same_however_many_figures(
    district, client, django_assert_num_queries, address, figures
):
    report = district.draft(figures=[figure(name=str(number)) for number in range(figures)])
    client.force_login(district.lead)
    with django_assert_num_queries(16):
        client.get(address)
    with django_assert_num_queries(11):
        client.get(reverse("plans:report", args=[report.pk]))
