"""Running a plan: targets, values, yearly work, clauses, the cascade, its end; every way out."""

from datetime import date
from decimal import Decimal

import pytest

from kepu.audit.models import Entry
from kepu.core.errors import BadInput, NotAllowed, WrongState
from kepu.plans.models import Citation, Clause, PlanState, TargetValue
from kepu.plans.services import plan as services
from kepu.plans.services import progress
from kepu.plans.services.plan import ClauseWords, DocumentWords, HigherTarget, TargetWords, WorkWords
from tests.factories.plans import make_target
from tests.factories.progress import AT, LATER, make_district

pytestmark = pytest.mark.django_db
DAY = date(2025, 9, 30)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def acting(district):
    return {"by": district.office, "at": AT}


def words(**changed):
    given = {"name": "讲座", "kind": "reported", "comparator": ">=", "value": Decimal(40), "unit": "场"}
    return TargetWords(**given | changed)


def close(district):
    district.plan.state = PlanState.CLOSED
    district.plan.save()


def test_an_own_figure_belongs_to_its_measure_and_is_not_from_the_plan(district, acting):
    target = services.attach_own_target(
        district.measure, words=words(name=" 讲座 ", baseline=Decimal(10)), **acting
    )
    assert (target.plan, target.measure, target.is_from_plan) == (district.plan, district.measure, False)
    assert (target.name, target.value, target.unit, target.baseline) == ("讲座", 40, "场", 10)
    assert Entry.objects.get(deed="attach_own_target").changes["goal"] == ">= 40 场"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"name_en": "x" * 161}, "name_en"),
        ({"kind": "guessed"}, "kind"),
        ({"comparator": "!="}, "comparator"),
        ({"unit": " "}, "unit"),
        ({"unit": "长" * 21}, "unit"),
        ({"value": Decimal("NaN")}, "value"),
        ({"value": Decimal("1.00001")}, "value"),
        ({"value": Decimal(10) ** 12}, "value"),
        ({"baseline": Decimal("Infinity")}, "baseline"),
    ],
)
def test_an_own_figure_must_be_one_that_can_be_kept(district, acting, changed, field):
    with pytest.raises(BadInput) as refused:
        services.attach_own_target(district.measure, words=words(**changed), **acting)
    assert refused.value.field == field


def test_a_withdrawn_measure_or_an_ended_plan_gets_no_figure(district, acting):
    district.measure.withdrawn_in = 2
    district.measure.save()
    with pytest.raises(progress.MeasureWithdrawn):
        services.attach_own_target(district.measure, words=words(), **acting)
    close(district)
    with pytest.raises(services.PlanIsClosed):
        services.attach_own_target(district.measure, words=words(), **acting)


def test_an_own_figure_can_be_changed_and_withdrawn_one_of_the_plan_not(district, acting):
    own = services.attach_own_target(district.measure, words=words(), **acting)
    assert services.edit_own_target(own, words=words(value=Decimal(50)), **acting).value == 50
    assert services.withdraw_own_target(own, **acting).withdrawn_in == 1
    with pytest.raises(WrongState):
        services.withdraw_own_target(own, **acting)
    given = make_target(district.plan)
    with pytest.raises(services.FromThePlan):
        services.edit_own_target(given, words=words(), **acting)
    with pytest.raises(services.FromThePlan):
        services.withdraw_own_target(given, **acting)


def test_a_target_of_the_plan_is_named_and_its_kind_set_until_it_has_values(district, acting):
    target = make_target(district.plan, kind="counted")
    edited = services.edit_target(target, name=" 培训 ", name_en="Training", kind="reported", **acting)
    assert (edited.name, edited.name_en, edited.kind, edited.value) == (
        "培训",
        "Training",
        "reported",
        30_000,
    )
    services.record_value(target, value=Decimal(1), as_of=DAY, source="表", **acting)
    with pytest.raises(services.KindHasValues):
        services.edit_target(target, name="培训", name_en="", kind="estimated", **acting)
    assert services.edit_target(target, name="新名", name_en="", kind="reported", **acting).name == "新名"


def test_a_kind_that_does_not_exist_or_an_ended_plan_is_refused(district, acting):
    target = make_target(district.plan)
    with pytest.raises(BadInput):
        services.edit_target(target, name="x", name_en="", kind="guessed", **acting)
    close(district)
    with pytest.raises(services.PlanIsClosed):
        services.edit_target(target, name="x", name_en="", kind="counted", **acting)
    with pytest.raises(services.PlanIsClosed):
        services.link_parent_target(target, parent=None, **acting)


def record(target, acting, **changed):
    given = {"value": Decimal("17.9"), "low": Decimal(16), "high": Decimal(20), "sample_size": 2960}
    given |= {"as_of": DAY, "source": "调查"} | changed
    return services.record_estimate(target, **given, **acting)


def test_an_estimate_is_kept_with_its_interval_and_sample(district, acting):
    target = make_target(district.plan, kind="estimated", unit="%")
    row = record(target, acting)
    assert (row.kind, row.value, row.low, row.high, row.sample_size, row.recorded_by) == (
        "estimated",
        Decimal("17.9"),
        16,
        20,
        2960,
        "办公室",
    )
    assert record(target, acting, low=None, high=None, sample_size=None, reason="未公布区间").low is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"low": None}, "low"),
        ({"low": Decimal(18)}, "low"),
        ({"high": Decimal(17)}, "low"),
        ({"low": Decimal("NaN")}, "low"),
        ({"high": Decimal("Infinity")}, "high"),
        ({"sample_size": 0}, "sample_size"),
        ({"source": " "}, "source"),
        ({"source": "长" * 201}, "source"),
        ({"as_of": date(2025, 10, 9)}, "as_of"),
        ({"value": Decimal("NaN"), "low": None, "high": None}, "value"),
    ],
)
def test_an_estimate_that_does_not_hold_together_is_refused(district, acting, changed, field):
    with pytest.raises(BadInput) as refused:
        record(make_target(district.plan, kind="estimated"), acting, **changed)
    assert refused.value.field == field
    assert not TargetValue.objects.exists()


def test_reported_and_estimated_numbers_do_not_mix(district, acting):
    counted, estimated = make_target(district.plan), make_target(district.plan, kind="estimated")
    assert (
        services.record_value(counted, value=Decimal(1), as_of=DAY, source="表", **acting).kind == "reported"
    )
    with pytest.raises(services.WrongKindOfNumber):
        record(counted, acting)
    with pytest.raises(services.WrongKindOfNumber):
        services.record_value(estimated, value=Decimal(1), as_of=DAY, source="表", **acting)


def test_a_correction_is_a_newer_row_with_a_reason(district, acting):
    target = make_target(district.plan)
    services.record_value(target, value=Decimal(1), unverified=Decimal(5), as_of=DAY, source="表", **acting)
    with pytest.raises(services.CorrectionNeedsReason):
        services.record_value(target, value=Decimal(2), as_of=DAY, source="表", **acting)
    services.record_value(
        target, value=Decimal(2), as_of=DAY, source="表", reason="算错", by=district.office, at=LATER
    )
    assert [(row.value, row.reason) for row in target.values.all()] == [(2, "算错"), (1, "")]


def test_unverified_amounts_are_numbers_too(district, acting):
    with pytest.raises(BadInput) as refused:
        services.record_value(
            make_target(district.plan),
            value=Decimal(1),
            unverified=Decimal("NaN"),
            as_of=DAY,
            source="表",
            **acting,
        )
    assert refused.value.field == "unverified"


def test_the_final_figure_of_an_ended_plan_can_come_later_that_of_a_withdrawn_target_not(district, acting):
    target = make_target(district.plan)
    close(district)
    assert services.record_value(target, value=Decimal(1), as_of=DAY, source="表", **acting).value == 1
    target.withdrawn_in = 2
    target.save()
    with pytest.raises(WrongState):
        services.record_value(target, value=Decimal(1), as_of=date(2025, 9, 1), source="表", **acting)


def higher(district, acting, *, level="province", unit="%"):
    target = HigherTarget("比例", Decimal(18), unit, date(2025, 12, 31), comparator=">")
    plan = services.register_higher_plan(
        f"{level}方案",
        level=level,
        office=district.office_unit,
        years=(2021, 2025),
        targets=[target],
        **acting,
    )
    return plan.targets.get()


def test_the_cascade_runs_from_nation_to_district(district, acting):
    nation, province = higher(district, acting, level="nation"), higher(district, acting)
    target = make_target(district.plan, kind="estimated", unit="%")
    province = services.link_parent_target(province, parent=nation, **acting)
    linked = services.link_parent_target(target, parent=province, **acting)
    assert linked.parent.parent == nation
    assert services.link_parent_target(target, parent=None, **acting).parent is None


def test_a_target_serves_only_one_of_a_higher_level_in_the_same_unit(district, acting):
    target = make_target(district.plan, unit="%")
    sibling = make_target(district.plan, unit="%")
    for parent in (sibling, target, higher(district, acting, unit="人")):
        with pytest.raises(services.CascadeBroken):
            services.link_parent_target(target, parent=parent, **acting)
    with pytest.raises(services.CascadeBroken):
        services.link_parent_target(higher(district, acting, level="nation"), parent=target, **acting)


def test_a_higher_plan_is_kept_by_the_office_and_not_shown_to_the_public(district, acting):
    plan = higher(district, acting).plan
    assert (plan.level, plan.office, plan.region, plan.is_public) == (
        "province",
        district.office_unit,
        district.office_unit.region,
        False,
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"level": "district"}, "not_a_higher_plan"),
        ({"level": "moon"}, "not_a_higher_plan"),
        ({"title": " "}, "bad_input"),
        ({"years": (2025, 2021)}, "bad_input"),
        ({"targets": [HigherTarget(" ", Decimal(1), "%", DAY)]}, "bad_input"),
        ({"targets": [HigherTarget("x", Decimal("NaN"), "%", DAY)]}, "bad_input"),
    ],
)
def test_a_higher_plan_must_be_one(district, acting, changed, code):
    given = {"title": "x", "level": "nation", "years": (2021, 2025), "targets": []} | changed
    title = given.pop("title")
    with pytest.raises(BadInput) as refused:
        services.register_higher_plan(title, office=district.office_unit, **given, **acting)
    assert refused.value.code == code


def work(district, **changed):
    given = {"organisation": district.lead_unit, "year": 2025, "text": "办讲座", "due_on": date(2025, 6, 30)}
    return WorkWords(**given | changed)


def test_work_is_given_to_a_unit_changed_done_resumed_and_removed(district, acting):
    item = services.add_work(district.measure, words=work(district, quantity=Decimal(3), unit="场"), **acting)
    assert (item.organisation, item.year, item.quantity, item.unit) == (district.lead_unit, 2025, 3, "场")
    item = services.edit_work(item, words=work(district, organisation=district.partner_unit), **acting)
    assert (item.organisation, item.quantity) == (district.partner_unit, None)
    item = services.finish_work(item, done_on=DAY, by=district.partner, at=AT)
    assert item.done_on == DAY
    for deed in (
        lambda: services.finish_work(item, done_on=DAY, **acting),
        lambda: services.edit_work(item, words=work(district), **acting),
        lambda: services.remove_work(item, **acting),
    ):
        with pytest.raises(services.WorkIsDone):
            deed()
    assert services.resume_work(item, **acting).done_on is None
    with pytest.raises(WrongState):
        services.resume_work(item, **acting)
    services.remove_work(item, **acting)
    assert not district.measure.work_items.exists()
    assert Entry.objects.get(deed="remove_work").changes["text"] == "办讲座"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "长" * 301}, "text"),
        ({"year": 2030, "due_on": date(2030, 1, 1)}, "year"),
        ({"due_on": date(2026, 1, 1)}, "due_on"),
        ({"organisation": "stranger"}, "organisation"),
        ({"quantity": Decimal(-1), "unit": "场"}, "quantity"),
        ({"quantity": Decimal("NaN"), "unit": "场"}, "quantity"),
        ({"quantity": Decimal(1)}, "unit"),
    ],
)
def test_work_that_makes_no_sense_is_refused(district, acting, changed, field):
    if "organisation" in changed:
        changed = {"organisation": district.stranger.active_memberships[0].organisation}
    with pytest.raises(BadInput) as refused:
        services.add_work(district.measure, words=work(district, **changed), **acting)
    assert refused.value.field == field


def test_work_is_not_done_in_the_future_nor_by_others(district, acting):
    item = services.add_work(district.measure, words=work(district), **acting)
    with pytest.raises(BadInput):
        services.finish_work(item, done_on=date(2025, 10, 9), **acting)
    with pytest.raises(NotAllowed):
        services.finish_work(item, done_on=DAY, by=district.partner, at=AT)


def test_a_deadline_lies_within_the_plan_and_can_be_taken_off(district, acting):
    assert services.set_deadline(district.measure, due_on=date(2025, 12, 1), **acting).due_on == date(
        2025, 12, 1
    )
    with pytest.raises(services.DayOutsidePlan):
        services.set_deadline(district.measure, due_on=date(2026, 1, 1), **acting)
    assert services.set_deadline(district.measure, due_on=None, **acting).due_on is None


def test_titles_in_english_have_a_length(district, acting):
    for thing in (district.plan, district.measure.action, district.measure):
        assert services.translate_title(thing, title_en=" Title ", **acting).title_en == "Title"
        with pytest.raises(BadInput):
            services.translate_title(thing, title_en="x" * 241, **acting)


def test_a_plan_is_closed_when_nothing_waits_and_opened_again_with_a_reason(district, acting):
    report = district.submitted()
    with pytest.raises(progress.ReportsUnverified):
        services.close_plan(district.plan, **acting)
    progress.accept_report(report, **acting)
    assert services.close_plan(district.plan, **acting).state == PlanState.CLOSED
    with pytest.raises(WrongState):
        services.close_plan(district.plan, **acting)
    with pytest.raises(services.ReasonMissing):
        services.reopen_plan(district.plan, reason="", **acting)
    assert services.reopen_plan(district.plan, reason="补填", **acting).state == PlanState.RUNNING
    with pytest.raises(WrongState):
        services.reopen_plan(district.plan, reason="x", **acting)


def test_a_plan_is_hidden_with_a_reason_and_shown_again(district, acting):
    with pytest.raises(WrongState):
        services.publish_plan(district.plan, **acting)
    with pytest.raises(services.ReasonMissing):
        services.hide_plan(district.plan, reason="", **acting)
    assert services.hide_plan(district.plan, reason="核对", **acting).is_public is False
    with pytest.raises(WrongState):
        services.hide_plan(district.plan, reason="x", **acting)
    assert services.publish_plan(district.plan, **acting).is_public is True


def test_documents_and_clauses_are_kept_once_and_not_removed_while_cited(district, acting):
    document = services.add_document(DocumentWords("纲要", "nation", issued_on=DAY), **acting)
    with pytest.raises(services.DocumentTitleTaken):
        services.add_document(DocumentWords(" 纲要 ", "nation"), **acting)
    document = services.edit_document(
        document, words=DocumentWords("纲要", "province", number="1号"), **acting
    )
    assert (document.level, document.number, document.issued_on) == ("province", "1号", None)
    clause = services.add_clause(document, words=ClauseWords("三", "要点"), **acting)
    with pytest.raises(services.ClauseNumberTaken):
        services.add_clause(document, words=ClauseWords("三", "别的"), **acting)
    assert services.edit_clause(clause, words=ClauseWords("三", "改过"), **acting).summary == "改过"
    citation = services.cite_clause(district.measure, clause=clause, **acting)
    assert services.cite_clause(district.measure, clause=clause, **acting) == citation
    assert Entry.objects.filter(deed="cite_clause").count() == 1
    for deed, thing in ((services.remove_clause, clause), (services.remove_document, document)):
        with pytest.raises(services.StillCited):
            deed(thing, **acting)
    services.uncite(citation, **acting)
    assert not Citation.objects.exists()
    services.remove_clause(clause, **acting)
    assert services.remove_document(document, **acting) == "纲要"
    assert not Clause.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (DocumentWords(" ", "nation"), "title"),
        (DocumentWords("长" * 201, "nation"), "title"),
        (DocumentWords("x", "moon"), "level"),
    ],
)
def test_a_document_needs_a_title_and_a_level(acting, given, field):
    with pytest.raises(BadInput) as refused:
        services.add_document(given, **acting)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (ClauseWords(" ", "x"), "number"),
        (ClauseWords("长" * 41, "x"), "number"),
        (ClauseWords("x", " "), "summary"),
        (ClauseWords("x", "长" * 301), "summary"),
    ],
)
def test_a_clause_needs_a_number_and_a_summary(acting, given, field):
    document = services.add_document(DocumentWords("纲要", "nation"), **acting)
    with pytest.raises(BadInput) as refused:
        services.add_clause(document, words=given, **acting)
    assert refused.value.field == field
