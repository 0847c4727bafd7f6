"""The life of a report, every way out of every deed."""

from decimal import Decimal

import pytest

from kepu.audit.models import Entry
from kepu.core.errors import BadInput, NotAllowed, WrongState
from kepu.messages.models import Message
from kepu.plans.models import Figure, PlanState, ProgressReport, ReportState, Standing
from kepu.plans.queries.standing import standing_of_measure
from kepu.plans.services import progress
from tests.factories.plans import make_measure, make_period, make_plan, make_target
from tests.factories.progress import AT, DUE, LATER, figure, make_district, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def decisions(report):
    return [(row.state, row.by, row.organisation, row.reason) for row in report.decisions.all()]


def test_a_draft_keeps_what_was_typed_and_credits_the_unit_that_reports(district):
    report = district.draft(
        text=" 办了讲座 ", next_steps="继续", standing=Standing.AT_RISK, figures=[figure(name=" 人次 ")]
    )
    assert (report.state, report.text, report.next_steps, report.standing) == (
        ReportState.DRAFT,
        "办了讲座",
        "继续",
        Standing.AT_RISK,
    )
    (number,) = report.figures.all()
    assert (number.name, number.numerator, list(number.credited.all())) == ("人次", 120, [district.lead_unit])


def test_saving_again_changes_the_same_draft_and_replaces_its_figures(district):
    first = district.draft(figures=[figure()])
    again = district.draft(text="改过", figures=[figure(numerator=7)])
    assert again.pk == first.pk
    assert [row.numerator for row in again.figures.all()] == [7]
    assert ProgressReport.objects.get().text == "改过"


def test_an_empty_draft_can_be_kept_but_not_submitted(district):
    report = district.draft(text="  ")
    with pytest.raises(progress.ReportIncomplete) as refused:
        progress.submit_report(report, by=district.lead, at=AT)
    assert refused.value.field == "text"


def test_a_half_typed_figure_is_kept_as_typed_and_stops_the_submission(district):
    report = district.draft(unfinished_figures=[{"name": "人次", "numerator": "三百" * 200}])
    assert report.unfinished_figures == [{"name": "人次", "numerator": "三百" * 100}]
    with pytest.raises(progress.ReportIncomplete):
        progress.submit_report(report, by=district.lead, at=AT)


def test_a_partner_may_report_and_credit_the_leading_unit(district):
    content = progress.ReportContent(text="x", figures=[figure(credited=[district.lead_unit])])
    report = progress.save_report(
        district.measure,
        organisation=district.partner_unit,
        period=district.period,
        content=content,
        by=district.partner,
        at=AT,
    )
    assert set(report.figures.get().credited.all()) == {district.lead_unit, district.partner_unit}


@pytest.mark.parametrize("who", ["stranger", "partner", "office"])
def test_nobody_else_writes_a_units_report(district, who):
    with pytest.raises(NotAllowed):
        progress.save_report(
            district.measure,
            organisation=district.lead_unit,
            period=district.period,
            content=progress.ReportContent(text="x"),
            by=getattr(district, who),
            at=AT,
        )


def test_a_unit_that_is_not_responsible_cannot_report(district):
    unit = district.stranger.active_memberships[0].organisation
    with pytest.raises(NotAllowed):
        progress.save_report(
            district.measure,
            organisation=unit,
            period=district.period,
            content=progress.ReportContent(text="x"),
            by=district.stranger,
            at=AT,
        )


def test_a_unit_that_has_lost_the_measure_can_still_finish_its_draft(district):
    district.draft()
    district.measure.action.responsibilities.all().delete()
    district.measure = type(district.measure).objects.get(pk=district.measure.pk)
    assert district.draft(text="改过").text == "改过"


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ([figure(name=" ")], "figure_refused"),
        ([figure(unit="")], "figure_refused"),
        ([figure(name="长" * 81)], "figure_refused"),
        ([figure(numerator="-1")], "figure_refused"),
        ([figure(numerator="NaN")], "figure_refused"),
        ([figure(numerator="1.005")], "figure_refused"),
        ([figure(numerator=10**14)], "figure_refused"),
        ([figure(denominator=Decimal(0))], "figure_refused"),
        ([figure(), figure()], "figure_refused"),
        ([figure(name=str(n)) for n in range(31)], "figure_refused"),
    ],
)
def test_a_figure_that_cannot_be_kept_is_refused_and_nothing_is_saved(district, figures, code):
    with pytest.raises(BadInput) as refused:
        district.draft(figures=figures)
    assert refused.value.code == code
    assert not ProgressReport.objects.exists()


def test_only_responsible_units_can_be_credited(district):
    unit = district.stranger.active_memberships[0].organisation
    with pytest.raises(progress.UnitNotResponsible):
        district.draft(figures=[figure(credited=[unit])])


def test_a_figure_counts_only_for_targets_of_its_measure_or_of_the_whole_plan(district):
    own = make_target(district.plan, measure=district.measure)
    general = make_target(district.plan)
    others = make_target(district.plan, measure=make_measure(district.measure.action))
    foreign = make_target(make_plan(office=district.office_unit))
    withdrawn = make_target(district.plan, withdrawn_in=2)
    district.draft(figures=[figure(name="a", target=own), figure(name="b", target=general)])
    for target in (others, foreign, withdrawn):
        with pytest.raises(progress.TargetNotOfPlan):
            district.draft(figures=[figure(target=target)])


def test_a_figure_for_a_target_speaks_in_its_unit_and_a_share_names_both_parts(district):
    persons = make_target(district.plan, unit="人")
    share = make_target(district.plan, unit="%")
    with pytest.raises(BadInput):
        district.draft(figures=[figure(unit="人次", target=persons)])
    with pytest.raises(BadInput):
        district.draft(figures=[figure(unit="所", target=share)])
    report = district.draft(figures=[figure(unit="所", target=share, denominator=Decimal(40))])
    assert report.figures.get().denominator == 40


@pytest.mark.parametrize(
    "content",
    [
        progress.ReportContent(standing=Standing.SILENT),
        progress.ReportContent(standing="great"),
        progress.ReportContent(text="长" * 20_001),
        progress.ReportContent(next_steps="长" * 20_001),
    ],
)
def test_what_a_unit_cannot_say_is_refused(district, content):
    with pytest.raises(BadInput):
        progress.save_report(
            district.measure,
            organisation=district.lead_unit,
            period=district.period,
            content=content,
            by=district.lead,
            at=AT,
        )


def test_a_period_of_another_plan_is_refused(district):
    district.period = make_period(make_plan(office=district.office_unit))
    with pytest.raises(BadInput) as refused:
        district.draft()
    assert refused.value.field == "period"


def test_a_withdrawn_measure_takes_no_report(district):
    district.measure.withdrawn_in = 2
    with pytest.raises(progress.MeasureWithdrawn):
        district.draft()


def test_a_draft_of_a_measure_withdrawn_meanwhile_cannot_be_submitted(district):
    report = district.draft()
    type(district.measure).objects.update(withdrawn_in=2)
    with pytest.raises(progress.MeasureWithdrawn):
        progress.submit_report(report, by=district.lead, at=AT)


def test_submitting_writes_state_day_decision_and_audit(district):
    report = district.submitted()
    assert (report.state, report.submitted_at) == (ReportState.SUBMITTED, AT)
    assert decisions(report) == [("submitted", "牵头人", "区教体局", "")]
    entry = Entry.objects.get(deed="submit_report")
    assert (entry.object_id, entry.actor, entry.organisation) == (str(report.pk), "牵头人", "区教体局")


def test_what_is_handed_in_can_no_longer_be_edited_nor_submitted_again(district):
    report = district.submitted()
    with pytest.raises(WrongState):
        district.draft()
    with pytest.raises(WrongState):
        progress.submit_report(report, by=district.lead, at=LATER)


def test_taking_back_a_submission_makes_it_a_draft_that_was_not_handed_in(district):
    report = progress.withdraw_submission(district.submitted(), by=district.lead, at=LATER)
    assert (report.state, report.submitted_at) == (ReportState.DRAFT, None)
    assert progress.submit_report(report, by=district.lead, at=LATER).submitted_at == LATER


def test_an_accepted_report_cannot_be_taken_back_or_edited(district):
    report = district.accepted()
    with pytest.raises(WrongState):
        progress.withdraw_submission(report, by=district.lead, at=LATER)
    with pytest.raises(progress.ReportAccepted):
        district.draft()


def test_returning_takes_a_reason_and_tells_every_person_of_the_unit_once(district):
    report = district.submitted()
    with pytest.raises(progress.ReasonMissing):
        progress.return_report(report, reason="  ", by=district.office, at=LATER)
    report = progress.return_report(report, reason=" 缺佐证 ", by=district.office, at=LATER)
    assert (report.state, report.return_reason) == (ReportState.RETURNED, "缺佐证")
    assert decisions(report)[-1] == ("returned", "办公室", "区科协", "缺佐证")
    message = Message.objects.get()
    assert message.recipient == district.lead
    assert "缺佐证" in message.body


def test_a_returned_report_is_edited_and_handed_in_again_keeping_its_first_day(district):
    report = progress.return_report(district.submitted(), reason="缺", by=district.office, at=AT)
    district.draft(text="补了")
    report = progress.submit_report(report, by=district.lead, at=LATER)
    assert (report.state, report.text, report.submitted_at, report.return_reason) == (
        ReportState.SUBMITTED,
        "补了",
        AT,
        "",
    )


@pytest.mark.parametrize("who", ["lead", "partner", "stranger"])
def test_only_the_office_verifies(district, who):
    report = district.submitted()
    with pytest.raises(NotAllowed):
        progress.accept_report(report, by=getattr(district, who), at=LATER)
    with pytest.raises(NotAllowed):
        progress.return_report(report, reason="x", by=getattr(district, who), at=LATER)


@pytest.mark.parametrize("who", ["office", "partner", "stranger"])
def test_only_the_unit_submits_takes_back_and_amends(district, who):
    report, by = district.draft(), getattr(district, who)
    with pytest.raises(NotAllowed):
        progress.submit_report(report, by=by, at=AT)
    progress.submit_report(report, by=district.lead, at=AT)
    with pytest.raises(NotAllowed):
        progress.withdraw_submission(report, by=by, at=AT)
    progress.accept_report(report, by=district.office, at=AT)
    with pytest.raises(NotAllowed):
        progress.amend_report(report, reason="x", by=by, at=AT)


def test_a_draft_cannot_be_accepted_or_returned(district):
    report = district.draft()
    with pytest.raises(WrongState):
        progress.accept_report(report, by=district.office, at=AT)
    with pytest.raises(WrongState):
        progress.return_report(report, reason="x", by=district.office, at=AT)


def test_an_amendment_starts_from_the_accepted_version_which_holds_until_the_next_is_accepted(district):
    target = make_target(district.plan, unit="人次")
    draft = district.draft(
        figures=[figure(target=target, credited=[district.partner_unit])], next_steps="继续"
    )
    progress.attach_evidence(draft, upload=upload(), by=district.lead, at=AT)
    first = progress.accept_report(
        progress.submit_report(draft, by=district.lead, at=AT), by=district.office, at=AT
    )
    second = progress.amend_report(first, reason="漏了一场", by=district.lead, at=LATER)
    assert (second.version, second.state, second.text, second.next_steps, second.amendment_reason) == (
        2,
        ReportState.DRAFT,
        "办了三场讲座",
        "继续",
        "漏了一场",
    )
    copied = second.figures.get()
    assert (copied.name, copied.target, set(copied.credited.all())) == (
        "培训人次",
        target,
        {district.lead_unit, district.partner_unit},
    )
    assert [one.name for one in second.evidence.all()] == ["总结.pdf"]
    first.refresh_from_db()
    assert first.state == ReportState.ACCEPTED
    progress.submit_report(second, by=district.lead, at=LATER)
    progress.accept_report(second, by=district.office, at=LATER)
    first.refresh_from_db()
    assert first.state == ReportState.SUPERSEDED
    assert decisions(first)[-1] == ("superseded", "办公室", "区科协", "漏了一场")
    assert Figure.objects.count() == 2


def test_an_amendment_needs_a_reason_an_accepted_report_and_no_other_amendment(district):
    report = district.submitted()
    with pytest.raises(progress.NotInForce):
        progress.amend_report(report, reason="x", by=district.lead, at=AT)
    report = progress.accept_report(report, by=district.office, at=AT)
    with pytest.raises(progress.ReasonMissing):
        progress.amend_report(report, reason="", by=district.lead, at=AT)
    progress.amend_report(report, reason="x", by=district.lead, at=AT)
    with pytest.raises(progress.NotInForce):
        progress.amend_report(report, reason="x", by=district.lead, at=AT)


def test_editing_an_amendment_leaves_the_version_before_as_it_was(district):
    first = district.accepted()
    second = progress.amend_report(first, reason="x", by=district.lead, at=AT)
    assert district.draft(text="新写").pk == second.pk
    first.refresh_from_db()
    assert first.text == "办了三场讲座"


def test_an_amendment_begun_by_mistake_can_be_dropped_and_the_accepted_report_holds(district):
    first = district.accepted()
    second = progress.amend_report(first, reason="手误", by=district.lead, at=AT)
    dropped = progress.drop_amendment(second, by=district.lead, at=LATER)
    first.refresh_from_db()
    assert (dropped.state, first.state) == (ReportState.DROPPED, ReportState.ACCEPTED)
    assert decisions(dropped) == [
        ("draft", "牵头人", "区教体局", "手误"),
        ("dropped", "牵头人", "区教体局", ""),
    ]
    entry = Entry.objects.get(deed="drop_amendment")
    assert (entry.object_id, entry.changes) == (str(second.pk), {"state": "dropped", "version": 2})


def test_after_a_dropped_amendment_another_can_be_made_under_a_number_of_its_own(district):
    first = district.accepted()
    progress.drop_amendment(
        progress.amend_report(first, reason="手误", by=district.lead, at=AT), by=district.lead, at=AT
    )
    with pytest.raises(progress.ReportAccepted):
        district.draft()
    third = progress.amend_report(first, reason="漏了一场", by=district.lead, at=LATER)
    assert third.version == 3
    progress.submit_report(third, by=district.lead, at=LATER)
    progress.accept_report(third, by=district.office, at=LATER)
    first.refresh_from_db()
    assert first.state == ReportState.SUPERSEDED


def test_a_returned_amendment_can_be_dropped_and_then_nothing_is_at_risk(district):
    second = progress.amend_report(district.accepted(), reason="x", by=district.lead, at=AT)
    progress.submit_report(second, by=district.lead, at=AT)
    progress.return_report(second, reason="没有依据", by=district.office, at=AT)
    assert standing_of_measure(district.measure, on=DUE).standing == Standing.AT_RISK
    progress.drop_amendment(second, by=district.lead, at=LATER)
    assert standing_of_measure(district.measure, on=DUE).standing == Standing.ON_TRACK


def test_only_an_amendment_that_is_not_with_the_office_can_be_dropped(district):
    draft = district.draft()
    with pytest.raises(progress.NotAnAmendment):
        progress.drop_amendment(draft, by=district.lead, at=AT)
    first = progress.accept_report(
        progress.submit_report(draft, by=district.lead, at=AT), by=district.office, at=AT
    )
    second = progress.amend_report(first, reason="x", by=district.lead, at=AT)
    progress.submit_report(second, by=district.lead, at=AT)
    with pytest.raises(WrongState):
        progress.drop_amendment(second, by=district.lead, at=AT)


def every_deed(district, report):
    return [
        lambda: district.draft(),
        lambda: progress.submit_report(report, by=district.lead, at=AT),
        lambda: progress.withdraw_submission(report, by=district.lead, at=AT),
        lambda: progress.return_report(report, reason="x", by=district.office, at=AT),
        lambda: progress.accept_report(report, by=district.office, at=AT),
        lambda: progress.amend_report(report, reason="x", by=district.lead, at=AT),
        lambda: progress.attach_evidence(report, upload=upload(), by=district.lead, at=AT),
        lambda: progress.drop_amendment(report, by=district.lead, at=AT),
    ]


@pytest.mark.parametrize("number", range(8))
def test_nothing_moves_in_a_locked_period(district, number):
    report = district.draft()
    progress.lock_period(district.period, by=district.office, at=AT)
    with pytest.raises(progress.PeriodLocked):
        every_deed(district, report)[number]()


@pytest.mark.parametrize("number", range(8))
def test_nothing_moves_in_a_plan_that_has_ended(district, number):
    report = district.draft()
    district.plan.state = PlanState.CLOSED
    district.plan.save()
    with pytest.raises(progress.PlanIsClosed):
        every_deed(district, report)[number]()
