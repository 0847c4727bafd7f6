"""The pages of the assessment: who sees what, and that nothing typed is lost."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kepu.plans.models import Assessment, AssessmentState, Rubric, RubricState, Standing
from kepu.plans.services import rubrics
from tests.factories.accounts import make_organisation, make_user, personas
from tests.factories.plans import (
    AT,
    make_action,
    make_measure,
    make_period,
    make_plan,
    make_report,
    make_target,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 25, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people():
    return personas()


def unit_of(user):
    return user.active_memberships[0].organisation


@pytest.fixture
def plan(people):
    plan = make_plan(office=unit_of(people["district_office"]), title="科学素质方案", slug="kexue")
    make_measure(make_action(plan, leads=[unit_of(people["lead_unit"])]))
    return plan


@pytest.fixture
def rubric(people, plan):
    return rubrics.begin_from_default(plan, year=2025, by=people["district_office"], at=AT)


@pytest.fixture
def assessment(people, rubric):
    (opened,) = rubrics.open_rubric(rubric, by=people["district_office"], at=AT)
    return opened


@pytest.fixture
def visit(client):
    def go(user, name, *args, data=None, **kwargs):
        client.force_login(user)
        url = reverse(f"plans:{name}", args=args)
        return client.get(url, **kwargs) if data is None else client.post(url, data, **kwargs)

    return go


def judged(assessment):
    return list(assessment.rubric.items.filter(source="judged"))


def self_review(assessment, *, points="1", basis="有名单"):
    fields = {}
    for item in judged(assessment):
        fields |= {f"points_{item.pk}": points, f"basis_{item.pk}": basis}
    return fields


def test_the_office_begins_a_year_from_the_shipped_rubric(visit, people, plan):
    data = {"plan": plan.pk, "year": 2025, "source": "default"}
    response = visit(people["district_office"], "rubric_new", data=data)
    begun = Rubric.objects.get()
    assert response.url == reverse("plans:rubric_edit", args=[begun.pk])
    assert sum(item.points for item in begun.items.all()) == 100


def test_a_year_that_exists_is_refused_beside_the_field(visit, people, rubric):
    data = {"plan": rubric.plan_id, "year": 2025, "source": "default"}
    response = visit(people["district_office"], "rubric_new", data=data)
    assert response.context["form"].errors == {"year": ["这一年已经有评分表了，请直接打开它。"]}


def edit_data(rubric, **changed):
    data = {
        "title": "改过",
        "due_on": "2026-01-31",
        "grades": "优秀 90\n合格 60",
        "items-INITIAL_FORMS": "1",
        "items-TOTAL_FORMS": "2",
    }
    first = {"title": "只有一项", "source": "judged", "points": "12.5", "guidance": "", "ORDER": "1"}
    blank = {"title": "", "source": "judged", "points": "", "guidance": "", "ORDER": ""}
    for number, line in enumerate([first, blank]):
        data |= {f"items-{number}-{key}": value for key, value in line.items()}
    return data | changed


def test_a_draft_is_edited_as_a_whole(visit, people, rubric):
    visit(people["district_office"], "rubric_edit", rubric.pk, data=edit_data(rubric))
    rubric.refresh_from_db()
    assert [(item.title, item.points) for item in rubric.items.all()] == [("只有一项", Decimal("12.5"))]
    assert rubric.grades == [{"name": "优秀", "from": 90.0}, {"name": "合格", "from": 60.0}]
    assert rubric.due_on == date(2026, 1, 31)


def test_a_grade_that_is_not_understood_keeps_what_was_typed(visit, people, rubric):
    response = visit(
        people["district_office"], "rubric_edit", rubric.pk, data=edit_data(rubric, grades="优秀九十")
    )
    assert "每行写一个名称和一个数字" in str(response.context["form"].errors["grades"])
    assert "优秀九十" in response.content.decode()
    assert rubric.items.count() == 8


def test_a_unit_finds_its_own_assessment_and_not_the_rubric_in_preparation(visit, people, assessment):
    page = visit(people["lead_unit"], "assessments")
    assert [one.pk for one in page.context["mine"]] == [assessment.pk]
    assert list(page.context["rubrics"]) == []


@pytest.mark.parametrize("role", ["partner_unit", "township", "resident", "expert", "nobody"])
def test_others_do_not_know_that_an_assessment_exists(visit, people, assessment, role):
    for name in ("assessment", "assessment_self_review", "assessment_review"):
        assert visit(people[role], name, assessment.pk).status_code == 404
    assert visit(people[role], "rubric", assessment.rubric_id).status_code == 404


def test_saving_half_a_self_review_keeps_it(visit, people, assessment):
    first = judged(assessment)[0]
    data = {f"points_{first.pk}": "3.5", f"basis_{first.pk}": "写到一半", "save": "1"}
    visit(people["lead_unit"], "assessment_self_review", assessment.pk, data=data)
    page = visit(people["lead_unit"], "assessment_self_review", assessment.pk)
    assert page.context["form"].initial[f"points_{first.pk}"] == Decimal("3.5")
    assert "写到一半" in page.content.decode()


def test_handing_in_without_a_basis_says_so_beside_the_item_and_keeps_the_text(visit, people, assessment):
    first = judged(assessment)[0]
    data = self_review(assessment) | {f"basis_{first.pk}": "", "submit": "1"}
    page = visit(people["lead_unit"], "assessment_self_review", assessment.pk, data=data)
    assert list(page.context["form"].errors) == [f"points_{first.pk}"]
    assert "有名单" in page.content.decode()
    assessment.refresh_from_db()
    assert assessment.state == AssessmentState.SELF_REVIEW


def test_a_whole_year_by_its_pages(visit, people, assessment):
    office, unit, first = people["district_office"], people["lead_unit"], judged(assessment)[0]
    visit(unit, "assessment_self_review", assessment.pk, data=self_review(assessment) | {"submit": "1"})
    given = {f"points_{item.pk}": "1" for item in judged(assessment)}
    visit(office, "assessment_review", assessment.pk, data=given)
    assert "得分率" not in visit(unit, "assessment", assessment.pk).content.decode()
    visit(office, "rubric_publish", assessment.rubric_id, data={})
    assert "得分率" in visit(unit, "assessment", assessment.pk).content.decode()
    score = assessment.scores.get(item=first)
    visit(unit, "assessment_appeal", score.pk, data={"text": "漏了名单"})
    made = score.appeals.get()
    answer = {"decision": "upheld", "points": "5", "answer": "已补"}
    visit(office, "assessment_answer", made.pk, data=answer)
    visit(office, "rubric_finalise", assessment.rubric_id, data={})
    score.refresh_from_db()
    assessment.refresh_from_db()
    assert (score.points, assessment.state) == (5, AssessmentState.FINAL)


def test_an_upheld_appeal_needs_points(visit, people, assessment):
    office, unit = people["district_office"], people["lead_unit"]
    visit(unit, "assessment_self_review", assessment.pk, data=self_review(assessment) | {"submit": "1"})
    visit(
        office, "assessment_review", assessment.pk, data={f"points_{i.pk}": "1" for i in judged(assessment)}
    )
    visit(office, "rubric_publish", assessment.rubric_id, data={})
    score = assessment.scores.first()
    visit(unit, "assessment_appeal", score.pk, data={"text": "漏了"})
    page = visit(
        office, "assessment_answer", score.appeals.get().pk, data={"decision": "upheld", "answer": "已补"}
    )
    assert list(page.context["form"].errors) == ["points"]
    assert "已补" in page.content.decode()


def test_a_unit_sees_the_grades_of_others_only_when_published_and_never_their_points(
    visit, people, plan, rubric
):
    other = make_organisation("区另一单位")
    make_action(plan, leads=[other])
    mine, _theirs = sorted(
        rubrics.open_rubric(rubric, by=people["district_office"], at=AT),
        key=lambda one: one.organisation == other,
    )
    assert visit(people["lead_unit"], "rubric", rubric.pk).context["rows"] == []
    Rubric.objects.update(state=RubricState.PUBLISHED)
    Assessment.objects.update(state=AssessmentState.PUBLISHED)
    page = visit(people["lead_unit"], "rubric", rubric.pk)
    assert [str(row.assessment.organisation) for row in page.context["rows"]] == [
        str(mine.organisation),
        "区另一单位",
    ]
    assert page.context["may_see_points"] is False
    assert " / 100" not in page.content.decode()


def test_units_stand_in_the_order_of_the_tree_whatever_their_points(visit, people, plan, rubric):
    units = [make_organisation(name) for name in ("丙局", "甲局", "乙局")]
    make_action(plan, leads=units)
    rubrics.open_rubric(rubric, by=people["district_office"], at=AT)
    page = visit(people["district_office"], "rubric", rubric.pk)
    names = [row.assessment.organisation.name for row in page.context["rows"]]
    assert names == [unit_of(people["lead_unit"]).name, "丙局", "甲局", "乙局"]


@pytest.fixture
def cost(client):
    """How many queries one page takes for somebody who is logged in."""

    def count(user, name, *args):
        client.force_login(user)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"plans:{name}", args=args)).status_code == 200
        return len(captured)

    return count


def test_the_rubric_page_costs_the_same_for_one_and_many_units(cost, people, plan, rubric):
    office = people["district_office"]
    rubrics.open_rubric(rubric, by=office, at=AT)
    before = cost(office, "rubric", rubric.pk)
    for number in range(25):
        Assessment.objects.create(rubric=rubric, organisation=make_organisation(f"单位{number}"))
    assert cost(office, "rubric", rubric.pk) == before


def test_the_self_review_costs_the_same_for_one_and_many_reports(cost, people, assessment):
    unit = people["lead_unit"]
    period, action = make_period(assessment.rubric.plan), assessment.rubric.plan.actions.get()

    def add_report():
        measure = make_measure(action)
        make_report(measure, organisation=unit_of(unit), period=period, state="accepted", submitted_at=AT)

    add_report()
    before = cost(unit, "assessment_self_review", assessment.pk)
    for _number in range(12):
        add_report()
    assert cost(unit, "assessment_self_review", assessment.pk) == before


def test_the_final_assessment_says_what_was_reached_and_what_cannot_be_said(visit, people, plan):
    lead = unit_of(people["lead_unit"])
    period = make_period(plan, quarter=4)
    done, late, silent = (make_action(plan, leads=[lead], title=title) for title in ("做完", "逾期", "没报"))
    for action, standing in ((done, Standing.DONE), (late, Standing.LATE)):
        make_report(
            make_measure(action),
            organisation=lead,
            period=period,
            state="accepted",
            standing=standing,
            submitted_at=AT,
        )
    make_measure(silent)
    page = visit(people["lead_unit"], "final_assessment", plan.slug)
    found = page.context["assessment"]
    assert found.is_over
    outcomes = {action.action.title: action.outcome for action in found.actions}
    assert (outcomes["做完"], outcomes["逾期"], outcomes["没报"]) == ("reached", "not_reached", "undecided")
    assert "暂不能判断" in page.content.decode()


def test_before_its_end_a_plan_has_not_failed(visit, people, plan):
    lead = unit_of(people["lead_unit"])
    measure = plan.actions.get().measures.get()
    make_report(
        measure,
        organisation=lead,
        period=make_period(plan),
        state="accepted",
        standing=Standing.LATE,
        submitted_at=AT,
    )
    with time_machine.travel(datetime(2025, 11, 1, tzinfo=UTC)):
        page = visit(people["lead_unit"], "final_assessment", plan.slug)
    (action,) = page.context["assessment"].actions
    assert (action.outcome, page.context["assessment"].is_over) == ("undecided", False)


def test_each_year_is_judged_by_what_was_known_at_its_end(visit, people, plan):
    lead = unit_of(people["lead_unit"])
    measure = plan.actions.get().measures.get()
    early = make_period(plan, year=2024, quarter=4)
    make_report(
        measure, organisation=lead, period=early, state="accepted", standing=Standing.AT_RISK, submitted_at=AT
    )
    last = make_period(plan, year=2025, quarter=4)
    make_report(
        measure, organisation=lead, period=last, state="accepted", standing=Standing.DONE, submitted_at=AT
    )
    page = visit(people["lead_unit"], "final_assessment", plan.slug)
    (action,) = page.context["assessment"].actions
    assert [(one.year, one.standing) for one in action.by_year] == [
        (2022, Standing.NOT_DUE),
        (2023, Standing.NOT_DUE),
        (2024, Standing.AT_RISK),
        (2025, Standing.DONE),
    ]


def test_the_final_assessment_costs_the_same_for_one_and_many_measures(cost, plan):
    make_target(plan)
    somebody = make_user()
    before = cost(somebody, "final_assessment", plan.slug)
    for _number in range(40):
        make_measure(plan.actions.get())
    assert cost(somebody, "final_assessment", plan.slug) == before
