"""The year's assessment from its opening to its end: who may, in which order, and on what points rest."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kepu.audit.models import Entry
from kepu.core.errors import NotAllowed, WrongState
from kepu.messages.models import Message
from kepu.plans.models import Appeal, AssessmentState, PointsSource, ReportState, RubricState, WorkItem
from kepu.plans.queries.assessments import result
from kepu.plans.services import assessment as services
from kepu.plans.services import rubrics
from kepu.plans.services.assessment import ReviewEntry, SelfEntry, refusals
from kepu.plans.services.rubrics import ItemDraft
from tests.factories.accounts import make_organisation, make_user, personas
from tests.factories.plans import AT, make_action, make_measure, make_period, make_plan, make_report

pytestmark = pytest.mark.django_db
ON = date(2026, 2, 1)


class Year:
    """One unit, one judged item of 10 points and one computed item of 10."""

    def __init__(self):
        self.people = personas()
        self.office, self.unit = self.people["district_office"], self.people["lead_unit"]
        self.lead = self.unit.active_memberships[0].organisation
        self.plan = make_plan(office=self.office.active_memberships[0].organisation)
        self.measure = make_measure(make_action(self.plan, leads=[self.lead]))
        self.period = make_period(self.plan)
        self.report = make_report(
            self.measure,
            organisation=self.lead,
            period=self.period,
            state=ReportState.ACCEPTED,
            submitted_at=AT,
        )
        self.rubric = rubrics.begin_from_default(self.plan, year=2025, by=self.office, at=AT)
        rubrics.edit_rubric(
            self.rubric,
            title="2025 年评分表",
            due_on=date(2026, 1, 20),
            grades=[{"name": "优秀", "from": 90}, {"name": "合格", "from": 0}],
            items=[
                ItemDraft("集中活动", PointsSource.JUDGED, Decimal(10)),
                ItemDraft("按期填报", PointsSource.ON_TIME, Decimal(10)),
            ],
            by=self.office,
            at=AT,
        )
        self.rubric.refresh_from_db()
        self.judged, self.computed = self.rubric.items.all()

    def open(self):
        (self.assessment,) = rubrics.open_rubric(self.rubric, by=self.office, at=AT)
        return self

    def save(self, points=Decimal(8), basis="办了三场", reports=(), by=None):
        entries = {self.judged: SelfEntry(points, basis, reports)}
        return services.save_self_review(self.assessment, entries=entries, by=by or self.unit, at=AT)

    def submit(self):
        self.save()
        services.submit_self_review(self.assessment, by=self.unit, at=AT)
        return self

    def review(self, points=Decimal(8), note="", reports=(), by=None):
        entries = {self.judged: ReviewEntry(points, note, reports)}
        return services.review(
            self.assessment, entries=entries, by=by or self.office, at=AT + timedelta(days=30)
        )

    def publish(self):
        self.review()
        services.publish(self.rubric, by=self.office, at=AT)
        self.assessment.refresh_from_db()
        return self

    @property
    def score(self):
        return self.assessment.scores.get(item=self.judged)

    @property
    def state(self):
        self.assessment.refresh_from_db()
        return self.assessment.state


@pytest.fixture
def year():
    return Year()


def told(user):
    return list(Message.objects.filter(recipient=user).order_by("pk").values_list("subject", flat=True))


def test_opening_asks_every_responsible_unit_and_tells_its_people(year):
    year.open()
    assert (year.assessment.organisation, year.state) == (year.lead, AssessmentState.SELF_REVIEW)
    assert told(year.unit) == ["2025 年度考核开始自评"]
    assert told(year.people["partner_unit"]) == []


def test_an_opened_rubric_cannot_be_changed(year):
    year.open()
    with pytest.raises(rubrics.RubricInUse):
        rubrics.edit_rubric(year.rubric, title="新", due_on=None, grades=[], items=[], by=year.office, at=AT)
    assert year.rubric.items.count() == 2


def test_a_rubric_without_items_is_not_opened(year):
    rubrics.edit_rubric(year.rubric, title="空", due_on=None, grades=[], items=[], by=year.office, at=AT)
    with pytest.raises(rubrics.RubricIncomplete):
        rubrics.open_rubric(year.rubric, by=year.office, at=AT)
    year.rubric.refresh_from_db()
    assert year.rubric.state == RubricState.DRAFT


def test_last_year_s_rubric_is_copied_with_all_its_items_and_grades(year):
    copy = rubrics.begin_from(year.rubric, year=2024, by=year.office, at=AT)
    assert [(i.title, i.points, i.source) for i in copy.items.all()] == [
        (i.title, i.points, i.source) for i in year.rubric.items.all()
    ]
    assert (copy.grades, copy.state, copy.due_on) == (year.rubric.grades, RubricState.DRAFT, None)


@pytest.mark.parametrize(
    ("when", "refusal"), [(2025, rubrics.YearHasRubric), (2026, rubrics.YearOutsidePlan)]
)
def test_a_year_has_one_rubric_and_lies_in_the_plan(year, when, refusal):
    with pytest.raises(refusal):
        rubrics.begin_from_default(year.plan, year=when, by=year.office, at=AT)


def test_a_self_review_is_saved_in_parts(year):
    year.open().save(points=None, basis="写到一半")
    assert (year.score.self_points, year.score.basis, year.state) == (
        None,
        "写到一半",
        AssessmentState.SELF_REVIEW,
    )


def test_a_self_review_without_points_is_not_handed_in(year):
    year.open().save(points=None)
    with pytest.raises(refusals.PointsMissing) as refused:
        services.submit_self_review(year.assessment, by=year.unit, at=AT)
    assert refused.value.field == f"points_{year.judged.pk}"
    assert year.state == AssessmentState.SELF_REVIEW


@pytest.mark.parametrize("points", [Decimal("10.1"), Decimal("-0.1")])
def test_points_stay_within_the_item(year, points):
    year.open()
    with pytest.raises(refusals.PointsOutOfRange):
        year.save(points=points)


def test_points_need_words_or_a_verified_report(year):
    year.open().save(basis=" ")
    with pytest.raises(refusals.PointsWithoutBasis):
        services.submit_self_review(year.assessment, by=year.unit, at=AT)
    year.save(basis="", reports=[year.report])
    services.submit_self_review(year.assessment, by=year.unit, at=AT)
    assert year.state == AssessmentState.SUBMITTED
    assert told(year.office)[-1] == f"{year.lead}提交了年度自评"


def test_no_points_need_no_basis(year):
    year.open().save(points=Decimal(0), basis="")
    assert (
        services.submit_self_review(year.assessment, by=year.unit, at=AT).state == AssessmentState.SUBMITTED
    )


def test_only_the_unit_s_own_verified_reports_of_the_year_can_be_cited(year):
    year.open()
    other = make_report(
        year.measure, organisation=make_organisation(), period=year.period, state=ReportState.ACCEPTED
    )
    earlier = make_period(year.plan, year=2024)
    old = make_report(year.measure, organisation=year.lead, period=earlier, state=ReportState.ACCEPTED)
    draft = make_report(year.measure, organisation=year.lead, period=make_period(year.plan, quarter=2))
    for report in (other, old, draft):
        with pytest.raises(refusals.ReportNotCitable):
            year.save(reports=[report])


def test_a_handed_in_self_review_is_closed(year):
    year.open().submit()
    with pytest.raises(refusals.SelfReviewClosed):
        year.save(points=Decimal(10))
    assert year.score.self_points == 8


def test_a_returned_self_review_shows_its_reason_and_can_be_handed_in_again(year):
    year.open().submit()
    services.return_self_review(year.assessment, reason="请补充名单", by=year.office, at=AT)
    assert (year.state, year.assessment.return_reason) == (AssessmentState.SELF_REVIEW, "请补充名单")
    services.submit_self_review(year.assessment, by=year.unit, at=AT)
    year.assessment.refresh_from_db()
    assert year.assessment.return_reason == ""


def test_a_silent_unit_is_reviewed_only_after_its_day_and_with_a_reason(year):
    year.open()
    with pytest.raises(refusals.SelfReviewStillOpen):
        services.close_self_review(year.assessment, reason="没有提交", by=year.office, at=AT)
    later = AT.replace(year=2026, month=1, day=21)
    with pytest.raises(refusals.ReasonMissing):
        services.close_self_review(year.assessment, reason=" ", by=year.office, at=later)
    services.close_self_review(year.assessment, reason="没有提交", by=year.office, at=later)
    with pytest.raises(refusals.PointsWithoutBasis):
        year.review(points=Decimal(1), note="估的")
    assert year.review(points=Decimal(0)).state == AssessmentState.REVIEWED


def test_the_office_says_why_it_gives_other_points(year):
    year.open().submit()
    with pytest.raises(refusals.DifferenceUnexplained) as refused:
        year.review(points=Decimal(6))
    assert refused.value.field == f"note_{year.judged.pk}"
    year.review(points=Decimal(6), note="少一场的签到")
    assert (year.score.points, year.score.review_note) == (6, "少一场的签到")


def test_computed_points_are_kept_as_they_were_at_the_review(year):
    year.open().submit().review()
    make_period(year.plan, quarter=2, due_on=date(2025, 7, 15))
    found = result(year.assessment, on=ON)
    (line,) = [line for line in found.lines if not line.is_judged]
    assert (line.share.count, line.share.of, line.points) == (1, 1, 10)
    assert (found.points, found.possible, found.percent, found.grade) == (18, 20, 90, "优秀")


def test_an_item_that_does_not_apply_is_left_out_of_both_sides(year):
    year.report.delete()
    year.period.delete()
    year.open().submit().review()
    found = result(year.assessment, on=ON)
    assert (found.points, found.possible, found.percent) == (8, 10, 80)


def test_nothing_is_published_while_a_unit_is_not_reviewed(year):
    year.open().submit()
    with pytest.raises(refusals.ReviewsMissing):
        services.publish(year.rubric, by=year.office, at=AT)
    year.rubric.refresh_from_db()
    assert year.rubric.state == RubricState.OPEN


def test_points_that_lost_their_basis_are_not_published(year):
    year.open().save(basis="", reports=[year.report])
    services.submit_self_review(year.assessment, by=year.unit, at=AT)
    year.review(reports=[year.report])
    year.score.reports.clear()
    with pytest.raises(refusals.PointsWithoutBasis):
        services.publish(year.rubric, by=year.office, at=AT)


def test_each_unit_is_told_of_its_published_result(year):
    year.open().submit().publish()
    assert year.state == AssessmentState.PUBLISHED
    assert told(year.unit)[-1] == "2025 年度考核结果已公布"


def test_an_upheld_appeal_changes_the_points(year):
    year.open().submit().publish()
    made = services.appeal(year.score, text="漏了一场", by=year.unit, at=AT)
    assert year.state == AssessmentState.APPEALED
    services.uphold_appeal(made, points=Decimal(9), answer="已补", by=year.office, at=AT)
    assert (year.score.points, year.state) == (9, AssessmentState.PUBLISHED)
    assert told(year.unit)[-1] == "申诉成立，得分已调整"


def test_a_dismissed_appeal_leaves_the_points_and_is_final(year):
    year.open().submit().publish()
    made = services.appeal(year.score, text="漏了一场", by=year.unit, at=AT)
    services.dismiss_appeal(made, answer="没有材料", by=year.office, at=AT)
    assert year.score.points == 8
    with pytest.raises(refusals.AppealAnswered):
        services.uphold_appeal(made, points=Decimal(10), answer="改口", by=year.office, at=AT)
    with pytest.raises(refusals.AppealExists):
        services.appeal(year.score, text="再来一次", by=year.unit, at=AT)


def test_a_second_item_can_be_appealed_while_the_first_waits(year):
    year.open().submit().publish()
    first = services.appeal(year.score, text="漏了一场", by=year.unit, at=AT)
    services.appeal(year.assessment.scores.get(item=year.computed), text="系统故障", by=year.unit, at=AT)
    services.dismiss_appeal(first, answer="没有材料", by=year.office, at=AT)
    assert year.state == AssessmentState.APPEALED


def test_the_year_ends_only_when_every_appeal_is_answered(year):
    year.open().submit().publish()
    made = services.appeal(year.score, text="漏了一场", by=year.unit, at=AT)
    with pytest.raises(refusals.AppealsOpen):
        services.finalise(year.rubric, by=year.office, at=AT)
    services.dismiss_appeal(made, answer="没有材料", by=year.office, at=AT)
    assert services.finalise(year.rubric, by=year.office, at=AT) == 1
    with pytest.raises(WrongState):
        services.appeal(year.assessment.scores.get(item=year.computed), text="晚了", by=year.unit, at=AT)


DEEDS = {
    "begin": lambda y, by: rubrics.begin_from_default(y.plan, year=2024, by=by, at=AT),
    "copy": lambda y, by: rubrics.begin_from(y.rubric, year=2024, by=by, at=AT),
    "save": lambda y, by: y.save(by=by),
    "submit": lambda y, by: services.submit_self_review(y.assessment, by=by, at=AT),
    "return": lambda y, by: services.return_self_review(y.assessment, reason="补", by=by, at=AT),
    "close": lambda y, by: services.close_self_review(y.assessment, reason="过期", by=by, at=AT),
    "review": lambda y, by: y.review(by=by),
    "edit": lambda y, by: rubrics.edit_rubric(
        y.rubric, title="", due_on=None, grades=[], items=[], by=by, at=AT
    ),
    "open": lambda y, by: rubrics.open_rubric(y.rubric, by=by, at=AT),
    "uphold": lambda y, by: services.uphold_appeal(y.appeal, points=Decimal(1), answer="是", by=by, at=AT),
    "dismiss": lambda y, by: services.dismiss_appeal(y.appeal, answer="否", by=by, at=AT),
    "publish": lambda y, by: services.publish(y.rubric, by=by, at=AT),
    "appeal": lambda y, by: services.appeal(y.score, text="漏", by=by, at=AT),
    "finalise": lambda y, by: services.finalise(y.rubric, by=by, at=AT),
}
UNIT_DEEDS = {"save", "submit", "appeal"}


def try_deed(year, deed, by):
    try:
        DEEDS[deed](year, by)
    except NotAllowed:
        return False
    except (WrongState, refusals.NotPublished):
        return True
    return True


@pytest.mark.parametrize("deed", DEEDS)
def test_only_the_office_assesses_and_only_the_unit_speaks_for_itself(year, deed):
    year.open().save()
    year.appeal = Appeal.objects.create(score=year.score, text="漏", made_by=year.unit, made_at=AT)
    rival = make_user("district_office", make_organisation("别处的科协"))
    allowed = {role for role, user in year.people.items() if try_deed(year, deed, user)}
    assert allowed == ({"lead_unit"} if deed in UNIT_DEEDS else {"district_office"})
    assert not try_deed(year, deed, rival)


def test_every_deed_leaves_a_trace(year):
    year.open().submit().publish()
    made = services.appeal(year.score, text="漏了一场", by=year.unit, at=AT)
    services.uphold_appeal(made, points=Decimal(9), answer="已补", by=year.office, at=AT)
    services.finalise(year.rubric, by=year.office, at=AT)
    assert list(Entry.objects.order_by("pk").values_list("deed", flat=True)) == [
        "begin_rubric",
        "edit_rubric",
        "open_rubric",
        "save_self_review",
        "submit_self_review",
        "review_assessment",
        "publish_assessment",
        "appeal_score",
        "uphold_appeal",
        "finalise_assessment",
    ]
    upheld = Entry.objects.get(deed="uphold_appeal")
    assert upheld.changes == {"item": "集中活动", "points": ["8.0", "9"]}
    assert WorkItem.objects.count() == 0
