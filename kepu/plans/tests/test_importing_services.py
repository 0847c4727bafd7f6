"""From a document to a plan: corrections, units, confirmation, and each way in which the services refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kepu.accounts.models import Organisation, Role
from kepu.accounts.services import OrganisationDetails
from kepu.audit.models import Entry
from kepu.audit.services import SYSTEM
from kepu.core.errors import NotAllowed
from kepu.plans.models import Action, ImportState, NumberKind, Plan, PlanImport, ResponsibilityRole
from kepu.plans.queries.drafts import revision, working_draft
from kepu.plans.queries.readiness import blockers
from kepu.plans.queries.structure import leads_of, measures_in_force
from kepu.plans.queries.written_units import UnitState, read_units
from kepu.plans.services import importing
from plan_document.draft import Warning
from tests.factories.accounts import make_organisation, make_region, make_user, personas
from tests.factories.imports import (
    AT,
    ActionWords,
    MeasureWords,
    make_draft,
    make_import,
    make_target_words,
)

pytestmark = pytest.mark.django_db

PASTED = """全民科学素质行动规划纲要实施方案（2022—2025年）
一、重点任务
（一）青少年科学素质提升行动
1.办好科学课。每所学校配备一名科学副校长。
（责任单位：教育体育局牵头，科学技术协会配合）
"""


@pytest.fixture
def people():
    return personas()


@pytest.fixture
def office(people):
    return people[Role.DISTRICT_OFFICE].active_memberships[0].organisation


@pytest.fixture
def clerk(people):
    return people[Role.DISTRICT_OFFICE]


def youth(**fields):
    fields = {"leads": ("教育体育局",), "partners": ("其他成员单位",)} | fields
    measures = fields.pop("measures", [MeasureWords("办好科学课"), MeasureWords("建好科学教室")])
    return ActionWords("青少年科学素质提升行动", measures, **fields)


def read(plan_import):
    return working_draft(plan_import).draft


def titles(plan_import):
    return [[measure.title for measure in action.measures] for action in read(plan_import).actions]


def rename(title, *, measure=0):
    return {"op": "rename_measure", "action": 0, "measure": measure, "title": title}


class TestStarting:
    def test_a_pasted_text_becomes_an_open_import_with_its_whole_source(self, office, clerk):
        plan_import = importing.start_import(PASTED, office=office, by=clerk, at=AT)
        assert plan_import.source == PASTED
        assert plan_import.state == ImportState.OPEN
        assert read(plan_import).period.start == 2022
        assert Entry.objects.get(deed="start_plan_import").object_id == str(plan_import.pk)

    def test_the_same_file_opens_the_import_that_is_already_open(self, office, clerk):
        first = importing.start_import(PASTED.encode(), office=office, by=clerk, at=AT)
        importing.apply_edit(first, edit=rename("改过的名字"), by=clerk, at=AT)
        again = importing.start_import(PASTED.encode(), office=office, by=clerk, at=AT)
        assert again.pk == first.pk
        assert len(again.edits) == 1

    def test_the_same_file_starts_anew_after_the_first_was_given_up(self, office, clerk):
        first = importing.start_import(PASTED, office=office, by=clerk, at=AT)
        importing.discard_import(first, by=clerk, at=AT)
        assert importing.start_import(PASTED, office=office, by=clerk, at=AT).pk != first.pk

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"  ", "document_empty"),
            (b"PK\x03\x04broken", "document_damaged"),
            (b"\x89PNG....", "document_picture"),
        ],
    )
    def test_an_unreadable_file_is_refused_by_name_and_leaves_nothing(self, office, clerk, content, code):
        with pytest.raises(importing.DocumentUnreadable) as refusal:
            importing.start_import(content, office=office, by=clerk, at=AT)
        assert refusal.value.code == code
        assert not PlanImport.objects.exists()

    def test_a_text_of_the_same_years_is_taken_for_an_amendment(self, office, clerk):
        plan = Plan.objects.create(
            slug="p", title="方案", office=office, region=office.region, starts_in=2022, ends_in=2025
        )
        assert importing.start_import(PASTED, office=office, by=clerk, at=AT).amends == plan

    def test_the_plan_of_another_office_cannot_be_amended(self, office, clerk):
        other = make_organisation("外区科协", region=make_region("330602000000", name="越城区"))
        plan = Plan.objects.create(
            slug="p", title="方案", office=other, region=other.region, starts_in=2022, ends_in=2025
        )
        with pytest.raises(importing.OtherOffice):
            importing.start_import(PASTED, office=office, by=clerk, at=AT, amends=plan)


class TestCorrecting:
    def test_a_correction_changes_the_draft_and_keeps_the_document(self, office, clerk):
        plan_import = make_import(make_draft(youth()), office=office)
        changed = importing.apply_edit(plan_import, edit=rename("上好科学课"), by=clerk, at=AT)
        assert titles(changed) == [["上好科学课", "建好科学教室"]]
        assert changed.source == plan_import.source

    def test_corrections_are_undone_and_done_again_in_order(self, office, clerk):
        plan_import = make_import(make_draft(youth()), office=office)
        importing.apply_edit(plan_import, edit=rename("甲"), by=clerk, at=AT)
        importing.apply_edit(plan_import, edit=rename("乙"), by=clerk, at=AT)
        assert titles(importing.undo_edit(plan_import, by=clerk, at=AT))[0][0] == "甲"
        assert titles(importing.undo_edit(plan_import, by=clerk, at=AT))[0][0] == "办好科学课"
        assert titles(importing.redo_edit(plan_import, by=clerk, at=AT))[0][0] == "甲"
        assert titles(importing.redo_edit(plan_import, by=clerk, at=AT))[0][0] == "乙"

    def test_a_new_correction_ends_what_could_be_done_again(self, office, clerk):
        plan_import = make_import(make_draft(youth()), office=office)
        importing.apply_edit(plan_import, edit=rename("甲"), by=clerk, at=AT)
        importing.undo_edit(plan_import, by=clerk, at=AT)
        importing.apply_edit(plan_import, edit=rename("乙"), by=clerk, at=AT)
        with pytest.raises(importing.NothingToUndo):
            importing.redo_edit(plan_import, by=clerk, at=AT)

    def test_there_is_nothing_to_undo_at_the_beginning(self, office, clerk):
        with pytest.raises(importing.NothingToUndo):
            importing.undo_edit(make_import(make_draft(youth()), office=office), by=clerk, at=AT)

    def test_a_correction_that_the_engine_refuses_changes_nothing(self, office, clerk):
        plan_import = make_import(make_draft(youth()), office=office)
        with pytest.raises(importing.CorrectionRefused) as refusal:
            importing.apply_edit(plan_import, edit=rename("甲", measure=7), by=clerk, at=AT)
        assert refusal.value.code == "edit_no_such_measure"
        plan_import.refresh_from_db()
        assert plan_import.edits == []

    def test_a_page_that_shows_an_older_draft_cannot_change_the_wrong_item(self, office, clerk):
        plan_import = make_import(make_draft(youth()), office=office)
        shown = revision(plan_import)
        importing.apply_edit(plan_import, edit=rename("甲"), by=clerk, at=AT, shown=shown)
        with pytest.raises(importing.DraftHasMoved):
            importing.apply_edit(plan_import, edit=rename("乙"), by=clerk, at=AT, shown=shown)

    def test_a_settled_warning_stays_on_record_and_can_come_back(self, office, clerk):
        warning = Warning("typo", "疑有错字。", 2, 4)
        plan_import = make_import(make_draft(youth(), warnings=(warning,)), office=office)
        settled = importing.dismiss_warning(plan_import, warning=warning, by=clerk, at=AT)
        assert (read(settled).warnings, read(settled).dismissed) == ((), (warning,))
        assert read(importing.restore_warning(settled, warning=warning, by=clerk, at=AT)).warnings == (
            warning,
        )

    def test_the_kind_of_a_number_follows_the_target_when_others_are_removed(self, office, clerk):
        targets = (make_target_words("甲"), make_target_words("乙"))
        plan_import = make_import(make_draft(youth(), targets=targets), office=office)
        kind = {"op": "set_number_kind", "target": 1, "kind": "reported"}
        importing.apply_edit(plan_import, edit=kind, by=clerk, at=AT)
        changed = importing.apply_edit(
            plan_import, edit={"op": "remove_target", "target": 0}, by=clerk, at=AT
        )
        assert working_draft(changed).kind_of(0) == NumberKind.REPORTED

    def test_giving_the_period_finds_the_plan_that_the_document_amends(self, office, clerk):
        plan = Plan.objects.create(
            slug="p", title="方案", office=office, region=office.region, starts_in=2022, ends_in=2025
        )
        plan_import = make_import(make_draft(youth(), period=None), office=office)
        edit = {"op": "set_period", "start": 2022, "end": 2025}
        assert importing.apply_edit(plan_import, edit=edit, by=clerk, at=AT).amends == plan

    def test_a_document_can_be_declared_a_plan_of_its_own(self, office, clerk):
        plan = Plan.objects.create(
            slug="p", title="方案", office=office, region=office.region, starts_in=2022, ends_in=2025
        )
        plan_import = make_import(make_draft(youth()), office=office, amends=plan)
        assert importing.choose_amended_plan(plan_import, plan=None, by=clerk, at=AT).amends is None


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (make_target_words(), NumberKind.COUNTED),
        (
            make_target_words("公民具备科学素质的比例达到18.5%以上", unit="%", population="公民"),
            NumberKind.ESTIMATED,
        ),
        (make_target_words("科普设施覆盖率达到90%", unit="%", population="科普设施"), NumberKind.REPORTED),
        (make_target_words("培育科普基地20家", unit="家"), NumberKind.COUNTED),
        (make_target_words("投入500万元", unit="元"), NumberKind.REPORTED),
    ],
)
def test_the_kind_of_a_number_follows_from_what_it_measures(office, target, kind):
    plan_import = make_import(make_draft(youth(), targets=(target,)), office=office)
    assert working_draft(plan_import).kind_of(0) == kind


class TestUnits:
    def states(self, plan_import):
        units = read_units(read(plan_import), plan_import=plan_import)
        return {unit.name: unit.state for unit in units.by_name.values()}

    def test_known_collective_and_unknown_names_are_told_apart(self, office):
        draft = make_draft(youth(partners=("其他成员单位", "各乡镇（街道）", "文明办")))
        assert self.states(make_import(draft, office=office)) == {
            "教育体育局": UnitState.FOUND,
            "其他成员单位": UnitState.ALL_MEMBERS,
            "各乡镇（街道）": UnitState.TOWNSHIPS,
            "文明办": UnitState.UNKNOWN,
        }

    def test_an_unknown_name_is_mapped_to_a_unit(self, office, clerk):
        plan_import = make_import(make_draft(youth(leads=("文明办",))), office=office)
        changed = importing.map_unit(plan_import, name="文明办", organisation=office, by=clerk, at=AT)
        assert self.states(changed)["文明办"] == UnitState.MAPPED
        assert self.states(importing.forget_mapping(changed, name="文明办", by=clerk, at=AT))["文明办"] == (
            UnitState.UNKNOWN
        )

    def test_an_unknown_name_is_created_and_known_from_then_on(self, office, clerk):
        plan_import = make_import(make_draft(youth(leads=("文明办",))), office=office)
        details = OrganisationDetails(name="上虞区精神文明建设指导中心", short_name="文明中心")
        changed = importing.create_unit_and_map(plan_import, name="文明办", details=details, by=clerk, at=AT)
        assert self.states(changed)["文明办"] == UnitState.MAPPED
        assert "文明办" in Organisation.objects.get(short_name="文明中心").aliases

    def test_a_unit_that_went_out_of_use_has_to_be_mapped_again(self, office, clerk):
        plan_import = make_import(make_draft(youth(leads=("文明办",))), office=office)
        unit = make_organisation("上虞区文明中心", region=office.region)
        changed = importing.map_unit(plan_import, name="文明办", organisation=unit, by=clerk, at=AT)
        Organisation.objects.filter(pk=unit.pk).update(is_active=False)
        assert self.states(changed)["文明办"] == UnitState.UNKNOWN

    def test_a_unit_of_another_district_cannot_be_named(self, office, clerk):
        elsewhere = make_organisation("外区教体局", region=make_region("330602000000", name="越城区"))
        plan_import = make_import(make_draft(youth()), office=office)
        with pytest.raises(importing.NotOfThisRegion):
            importing.map_unit(plan_import, name="教育体育局", organisation=elsewhere, by=clerk, at=AT)

    def test_a_name_can_mean_every_township(self, office, clerk):
        plan_import = make_import(make_draft(youth(leads=("基层组织",))), office=office)
        importing.map_unit_to_townships(plan_import, name="基层组织", by=clerk, at=AT)
        plan = importing.confirm_import(plan_import, by=clerk, at=AT)
        assert [row.organisation.short_name for row in leads_of(measures_in_force(plan)[0])] == [
            "上虞区百官街道"
        ]


class TestConfirming:
    def test_unknown_units_are_listed_and_nothing_is_created(self, office, clerk):
        plan_import = make_import(make_draft(youth(leads=("文明办", "某中心"))), office=office)
        with pytest.raises(importing.NotReady) as refusal:
            importing.confirm_import(plan_import, by=clerk, at=AT)
        assert [blocker.code for blocker in refusal.value.blockers] == ["units_unknown"]
        assert "文明办、某中心" in str(refusal.value)
        assert not Plan.objects.exists()

    @pytest.mark.parametrize(
        ("draft", "code"),
        [
            (make_draft(youth(), period=None), "period_missing"),
            (make_draft(youth(measures=[])), "measures_missing"),
            (make_draft(youth(), title=""), "title_missing"),
            (make_draft(youth(), targets=(make_target_words(value=1e15),)), "value_too_large"),
        ],
    )
    def test_what_is_missing_blocks_by_name(self, office, draft, code):
        plan_import = make_import(draft, office=office)
        units = read_units(draft, plan_import=plan_import)
        assert [blocker.code for blocker in blockers(draft, units=units)] == [code]

    def test_a_confirmed_draft_is_a_running_plan_with_owners(self, office, clerk, people):
        plan = importing.confirm_import(make_import(make_draft(youth()), office=office), by=clerk, at=AT)
        lead = people[Role.LEAD_UNIT].active_memberships[0].organisation
        assert (plan.slug, plan.starts_in, plan.ends_in, plan.version) == ("330604-2022-2025", 2022, 2025, 1)
        assert [(m.code, m.title) for m in measures_in_force(plan)] == [
            ("1.1", "办好科学课"),
            ("1.2", "建好科学教室"),
        ]
        assert [row.organisation for row in leads_of(measures_in_force(plan)[0])] == [lead]
        assert plan.actions.get().others_take_part

    def test_units_of_a_measure_of_its_own_stay_with_it(self, office, clerk):
        own = MeasureWords("建好健康驿站", leads=("卫生健康局",), partners=("百官街道",))
        draft = make_draft(youth(measures=[MeasureWords("办好科学课"), own]))
        plan = importing.confirm_import(make_import(draft, office=office), by=clerk, at=AT)
        written = [
            [
                (row.organisation.short_name, row.role, row.written_as)
                for row in measure.responsibilities.all()
            ]
            for measure in measures_in_force(plan)
        ]
        assert written == [
            [],
            [
                ("上虞区卫生健康局", ResponsibilityRole.LEAD, "卫生健康局"),
                ("上虞区百官街道", ResponsibilityRole.PARTNER, "百官街道"),
            ],
        ]

    def test_two_names_of_one_unit_make_it_answer_once_and_as_lead(self, office, clerk):
        draft = make_draft(youth(leads=("教育体育局",), partners=("区教育体育局",)))
        plan = importing.confirm_import(make_import(draft, office=office), by=clerk, at=AT)
        rows = plan.actions.get().responsibilities.all()
        assert [row.role for row in rows] == [ResponsibilityRole.LEAD]

    def test_a_name_left_out_answers_for_nothing(self, office, clerk):
        plan_import = make_import(
            make_draft(youth(leads=("文明办",), partners=("科学技术协会",))), office=office
        )
        importing.leave_unit_out(plan_import, name="文明办", by=clerk, at=AT)
        plan = importing.confirm_import(plan_import, by=clerk, at=AT)
        assert [row.written_as for row in plan.actions.get().responsibilities.all()] == ["科学技术协会"]

    def test_targets_keep_value_deadline_and_measure(self, office, clerk):
        target = make_target_words(measure=(0, 1), baseline=12000.0, per="每年")
        draft = make_draft(youth(), targets=(target,))
        plan = importing.confirm_import(make_import(draft, office=office), by=clerk, at=AT)
        row = plan.targets.get()
        assert (row.value, row.baseline, row.unit, row.per) == (
            Decimal(30000),
            Decimal(12000),
            "人次",
            "每年",
        )
        assert (row.kind, row.due_on, row.is_from_plan) == (NumberKind.COUNTED, date(2025, 12, 31), True)
        assert row.measure.code == "1.2"

    @pytest.mark.parametrize(
        ("day", "first", "count"),
        [
            (datetime(2021, 11, 1, 9, tzinfo=UTC), (2022, 1), 16),
            (datetime(2025, 7, 15, 9, tzinfo=UTC), (2025, 2), 3),
            (datetime(2025, 7, 16, 9, tzinfo=UTC), (2025, 3), 2),
            (datetime(2026, 11, 23, 9, tzinfo=UTC), (2025, 1), 4),
        ],
    )
    def test_quarters_are_opened_that_can_be_reported_in_time_or_those_of_the_last_year(
        self, office, clerk, day, first, count
    ):
        plan = importing.confirm_import(make_import(make_draft(youth()), office=office), by=clerk, at=day)
        opened = sorted((period.year, period.quarter) for period in plan.periods.all())
        assert (opened[0], len(opened)) == (first, count)

    def test_a_quarter_is_due_fifteen_days_after_its_end(self, office, clerk):
        plan = importing.confirm_import(make_import(make_draft(youth()), office=office), by=clerk, at=AT)
        due = {(p.year, p.quarter): p.due_on for p in plan.periods.all()}
        assert due[2025, 3] == date(2025, 10, 15)
        assert due[2025, 4] == date(2026, 1, 15)

    def test_the_first_version_holds_the_whole_content_and_the_deed_is_audited(self, office, clerk):
        plan = importing.confirm_import(make_import(make_draft(youth()), office=office), by=clerk, at=AT)
        version = plan.versions.get()
        assert (version.number, version.differences, version.confirmed_by) == (1, [], clerk)
        assert [m["code"] for m in version.content["actions"][0]["measures"]] == ["1.1", "1.2"]
        assert Entry.objects.filter(deed="confirm_plan", object_id=str(plan.pk)).count() == 1

    def test_a_title_longer_than_its_column_is_kept_in_full_in_the_text(self, office, clerk):
        long = "办好科学课" * 50
        draft = make_draft(youth(measures=[MeasureWords(long)]))
        plan = importing.confirm_import(make_import(draft, office=office), by=clerk, at=AT)
        measure = measures_in_force(plan)[0]
        assert len(measure.title) == 200
        assert measure.text.startswith(long)

    def test_a_confirmed_import_is_closed(self, office, clerk):
        plan_import = make_import(make_draft(youth()), office=office)
        importing.confirm_import(plan_import, by=clerk, at=AT)
        with pytest.raises(importing.ImportIsClosed):
            importing.confirm_import(plan_import, by=clerk, at=AT)
        with pytest.raises(importing.ImportIsClosed):
            importing.apply_edit(plan_import, edit=rename("甲"), by=clerk, at=AT)

    def test_a_second_plan_of_the_same_years_gets_an_address_of_its_own(self, office, clerk):
        importing.confirm_import(make_import(make_draft(youth()), office=office), by=clerk, at=AT)
        other = make_import(make_draft(youth(), title="另一个方案"), office=office)
        assert importing.confirm_import(other, by=clerk, at=AT).slug == "330604-2022-2025-2"

    def test_the_system_imports_for_a_command(self, office):
        plan_import = importing.start_import(PASTED, office=office, by=SYSTEM, at=AT)
        plan = importing.confirm_import(plan_import, by=SYSTEM, at=AT)
        assert plan.versions.get().confirmed_by is None
        assert Action.objects.filter(plan=plan).exists()


DEEDS = {
    "start": lambda one, by: importing.start_import(PASTED, office=one.office, by=by, at=AT),
    "apply_edit": lambda one, by: importing.apply_edit(one, edit=rename("甲"), by=by, at=AT),
    "undo_edit": lambda one, by: importing.undo_edit(one, by=by, at=AT),
    "redo_edit": lambda one, by: importing.redo_edit(one, by=by, at=AT),
    "map_unit": lambda one, by: importing.map_unit(one, name="甲", organisation=one.office, by=by, at=AT),
    "map_to_townships": lambda one, by: importing.map_unit_to_townships(one, name="甲", by=by, at=AT),
    "leave_unit_out": lambda one, by: importing.leave_unit_out(one, name="甲", by=by, at=AT),
    "forget_mapping": lambda one, by: importing.forget_mapping(one, name="甲", by=by, at=AT),
    "create_unit": lambda one, by: importing.create_unit_and_map(
        one, name="甲", details=OrganisationDetails("新设单位", "新设"), by=by, at=AT
    ),
    "choose_amended_plan": lambda one, by: importing.choose_amended_plan(one, plan=None, by=by, at=AT),
    "confirm": lambda one, by: importing.confirm_import(one, by=by, at=AT),
    "discard": lambda one, by: importing.discard_import(one, by=by, at=AT),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("role", [*Role.values, "nobody"])
def test_only_the_office_may_import(people, office, role, deed):
    plan_import = make_import(
        make_draft(youth()), office=office, edits=[rename("乙")], undone_edits=[rename("丙")]
    )
    if role == Role.DISTRICT_OFFICE:
        assert DEEDS[deed](plan_import, people[role]) is not None
    else:
        with pytest.raises(NotAllowed):
            DEEDS[deed](plan_import, people[role])


def test_the_office_of_another_district_may_not_touch_an_import(office):
    elsewhere = make_organisation("外区科协", region=make_region("330602000000", name="越城区"))
    stranger = make_user(Role.DISTRICT_OFFICE, elsewhere)
    with pytest.raises(NotAllowed):
        importing.confirm_import(make_import(make_draft(youth()), office=office), by=stranger, at=AT)
