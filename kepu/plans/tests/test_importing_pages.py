"""The pages of the import: nothing typed is lost, every correction works by plain forms, queries do not grow."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kepu.accounts.models import Organisation, Role
from kepu.plans.models import ImportState, Plan, PlanImport
from kepu.plans.queries.drafts import revision, working_draft
from kepu.plans.services import importing
from kepu.plans.views.importing.source import pieces, stretches
from plan_document.draft import Severity, Warning
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


WORK = [
    "请专家进校园讲课。",
    "培训乡村实用人才。",
    "给工人办技能竞赛。",
    "教老人使用手机。",
    "更新社区科普画廊。",
]


def youth(measure_count=2, **fields):
    measures = [
        MeasureWords(f"办好第{n}件事", f"{WORK[n % 5]}先做前一半。再做后一半。")
        for n in range(1, measure_count + 1)
    ]
    return ActionWords("青少年科学素质提升行动", measures, **({"leads": ("教育体育局",)} | fields))


@pytest.fixture
def people():
    return personas()


@pytest.fixture
def office(people):
    return people[Role.DISTRICT_OFFICE].active_memberships[0].organisation


@pytest.fixture
def clerk(people):
    return people[Role.DISTRICT_OFFICE]


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    return client


@pytest.fixture
def plan_import(office):
    return make_import(make_draft(youth()), office=office)


def at(name, plan_import, *more):
    return reverse(f"plans:{name}", args=[plan_import.pk, *more])


def correct(desk, plan_import, key, **fields):
    plan_import.refresh_from_db()
    return desk.post(at("import_item", plan_import, key), {"shown": revision(plan_import), **fields})


def read(plan_import):
    plan_import.refresh_from_db()
    return working_draft(plan_import).draft


def text_of(response):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


class TestStart:
    def test_a_pasted_text_leads_to_its_preview(self, desk):
        response = desk.post(reverse("plans:import"), {"text": PASTED})
        plan_import = PlanImport.objects.get()
        assert response.url == at("import_preview", plan_import)
        assert working_draft(plan_import).draft.actions[0].measures[0].title == "办好科学课"

    def test_an_uploaded_file_is_recognised_by_its_content(self, desk):
        file = SimpleUploadedFile("随便什么名字.bin", PASTED.encode("gb18030"))
        desk.post(reverse("plans:import"), {"file": file})
        assert PlanImport.objects.get().source == PASTED

    def test_a_bad_file_keeps_the_pasted_text(self, desk):
        file = SimpleUploadedFile("方案.docx", b"PK\x03\x04 broken")
        response = desk.post(reverse("plans:import"), {"file": file, "text": "我粘贴的全文"})
        assert "我粘贴的全文" in response.content.decode()
        assert "文件已损坏" in text_of(response)
        assert not PlanImport.objects.exists()

    def test_nothing_at_all_is_answered_with_what_to_do(self, desk):
        assert "请选择一个文件" in text_of(desk.post(reverse("plans:import"), {"text": "  "}))

    def test_a_file_beyond_the_limit_is_refused_and_the_text_kept(self, desk, monkeypatch):
        monkeypatch.setattr("kepu.plans.forms.importing.MOST_BYTES", 10)
        file = SimpleUploadedFile("方案.txt", PASTED.encode())
        response = desk.post(reverse("plans:import"), {"file": file, "text": "我粘贴的全文"})
        assert "超过 20 MB" in text_of(response)
        assert "我粘贴的全文" in response.content.decode()

    def test_the_page_lists_what_waits_and_what_is_done(self, desk, office, clerk, plan_import):
        done = make_import(make_draft(youth(3)), office=office)
        importing.discard_import(done, by=clerk, at=AT)
        response = desk.get(reverse("plans:import"))
        assert [one.pk for one in response.context["waiting"]] == [plan_import.pk]
        assert [one.pk for one in response.context["closed"]] == [done.pk]

    def test_somebody_who_works_for_two_offices_says_for_which(self, desk, clerk):
        city = make_organisation("绍兴市科协", region=make_region("330600000000", name="绍兴市", level=2))
        clerk.memberships.create(organisation=city, role=Role.DISTRICT_OFFICE, started_on=AT.date())
        assert "主管办公室" in text_of(desk.get(reverse("plans:import")))
        desk.post(reverse("plans:import"), {"text": PASTED, "office": city.pk})
        assert PlanImport.objects.get().office == city

    def test_the_list_costs_the_same_with_one_and_with_many(self, desk, office, django_assert_num_queries):
        make_import(make_draft(youth(1)), office=office)
        desk.get(reverse("plans:import"))
        with django_assert_num_queries(6):
            desk.get(reverse("plans:import"))
        for number in range(2, 12):
            make_import(make_draft(youth(number)), office=office)
        with django_assert_num_queries(6):
            desk.get(reverse("plans:import"))


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.DISTRICT_OFFICE])
def test_others_than_the_office_find_nothing(client, people, plan_import, role):
    client.force_login(people[role])
    assert client.get(reverse("plans:import")).status_code == 403
    assert client.get(at("import_preview", plan_import)).status_code == 404
    assert client.post(at("import_confirm", plan_import)).status_code == 404
    assert client.post(at("import_undo", plan_import)).status_code == 404


class TestPreview:
    def test_every_character_of_the_source_is_shown_exactly_once(self, office):
        draft = make_draft(youth(3), targets=(make_target_words(start=20, end=30),))
        shown = "".join(piece.text for stretch in stretches(draft) for piece in stretch.pieces)
        assert shown == draft.source

    def test_overlapping_marks_lose_no_text(self):
        warnings = (Warning("a", "甲", 3, 40), Warning("b", "乙", 10, 12), Warning("c", "丙", 0, 0))
        draft = make_draft(youth(2), warnings=warnings)
        assert "".join(piece.text for piece in pieces(draft)) == draft.source
        marked = [piece.text for piece in pieces(draft) if "warning-warning" in piece.marks]
        assert "".join(marked) == draft.source[3:40]

    def test_a_title_in_the_source_leads_to_its_item_and_the_item_to_its_place(self, desk, plan_import):
        html = desk.get(at("import_preview", plan_import)).content.decode()
        measure = read(plan_import).actions[0].measures[1]
        assert f'id="at-{measure.start}"' in html
        assert 'href="#m-0-1"' in html
        assert f'href="#at-{measure.start}"' in html
        assert 'id="m-0-1"' in html

    def test_warnings_come_first_the_worst_on_top(self, desk, office):
        warnings = (Warning("a", "小事", 2, 3, Severity.INFO), Warning("b", "大事", 4, 5, Severity.ERROR))
        plan_import = make_import(make_draft(youth(), warnings=warnings), office=office)
        html = desk.get(at("import_preview", plan_import)).content.decode()
        assert html.index("大事") < html.index("小事") < html.index('id="structure"')

    def test_what_blocks_is_said_with_a_way_to_it(self, desk, office):
        plan_import = make_import(make_draft(youth(leads=("文明办",)), period=None), office=office)
        html = desk.get(at("import_preview", plan_import)).content.decode()
        assert 'href="#units"' in html
        assert 'href="#document"' in html
        assert "1 个单位名称还没有对应：文明办" in html

    def test_text_that_belongs_to_nothing_is_offered_not_dropped(self, desk, office, clerk):
        plan_import = make_import(make_draft(youth(3)), office=office)
        importing.apply_edit(
            plan_import, edit={"op": "remove_measure", "action": 0, "measure": 1}, by=clerk, at=AT
        )
        assert "没有归入任何一条的文字" in text_of(desk.get(at("import_preview", plan_import)))

    def test_a_closed_import_says_what_became_of_it(self, desk, clerk, plan_import):
        plan = importing.confirm_import(plan_import, by=clerk, at=AT)
        response = desk.get(at("import_preview", plan_import))
        assert plan.title in text_of(response)
        assert desk.get(at("import_confirm", plan_import)).status_code == 404

    def test_the_draft_is_there_again_after_the_browser_was_closed(self, client, clerk, plan_import):
        client.force_login(clerk)
        correct(client, plan_import, "m-0-0", op="rename_measure", title="改过的名字")
        client.logout()
        client.force_login(clerk)
        assert "改过的名字" in text_of(client.get(at("import_preview", plan_import)))

    @pytest.mark.parametrize("measure_count", [1, 300])
    def test_the_preview_costs_the_same_at_one_and_at_three_hundred_measures(
        self, desk, office, django_assert_num_queries, measure_count
    ):
        plan_import = make_import(make_draft(youth(measure_count)), office=office)
        desk.get(at("import_preview", plan_import))
        with django_assert_num_queries(8):
            desk.get(at("import_preview", plan_import))


class TestCorrections:
    def test_each_correction_works_by_a_plain_form_and_returns_to_its_item(self, desk, plan_import):
        response = correct(desk, plan_import, "m-0-1", op="rename_measure", title="办成第二件事")
        assert response.url == f"{at('import_preview', plan_import)}#m-0-1"
        assert read(plan_import).actions[0].measures[1].title == "办成第二件事"

    def test_with_htmx_the_renewed_preview_comes_back(self, desk, plan_import):
        response = desk.post(
            at("import_item", plan_import, "m-0-1"),
            {"op": "rename_measure", "title": "办成第二件事"},
            headers={"HX-Request": "true"},
        )
        assert response["HX-Retarget"] == "#workspace"
        assert "办成第二件事" in response.content.decode()
        assert "<html" not in response.content.decode()

    def test_a_measure_is_split_at_a_sentence(self, desk, plan_import):
        form = desk.get(at("import_item", plan_import, "m-0-0")).context["forms"][2]
        ((offset, sentence), *_more) = form.fields["at"].choices
        assert sentence == "培训乡村实用人才。"
        correct(desk, plan_import, "m-0-0", op="split_measure", at=offset, title="后面的")
        assert [one.title for one in read(plan_import).actions[0].measures][1] == "后面的"

    def test_two_measures_are_merged(self, desk, plan_import):
        correct(desk, plan_import, "m-0-0", op="merge_with_next_measure")
        assert len(read(plan_import).actions[0].measures) == 1

    def test_a_measure_is_moved_to_another_action(self, desk, office):
        plan_import = make_import(make_draft(youth(), ActionWords("老年人行动")), office=office)
        response = correct(desk, plan_import, "m-0-1", op="move_measure", to="1-0")
        assert response.url.endswith("#m-1-0")
        assert [len(action.measures) for action in read(plan_import).actions] == [1, 1]

    def test_owners_are_typed_as_one_line(self, desk, plan_import):
        correct(desk, plan_import, "a-0", op="set_owners", leads="科协、教体局", partners="团委，妇联")
        action = read(plan_import).actions[0]
        assert [unit.name for unit in action.leads] == ["科协", "教体局"]
        assert [unit.name for unit in action.partners] == ["团委", "妇联"]

    def test_actions_are_added_renamed_split_merged_and_removed(self, desk, plan_import):
        correct(desk, plan_import, "a-0", op="add_action", title="新任务", kind="project")
        correct(desk, plan_import, "a-1", op="rename_action", title="更新的任务", kind="task", number="二")
        assert [a.title for a in read(plan_import).actions] == ["青少年科学素质提升行动", "更新的任务"]
        correct(desk, plan_import, "a-1", op="remove_action")
        correct(desk, plan_import, "a-0", op="split_action", measure=1, title="后一半")
        assert [len(a.measures) for a in read(plan_import).actions] == [1, 1]
        correct(desk, plan_import, "a-0", op="merge_actions")
        assert [len(a.measures) for a in read(plan_import).actions] == [2]

    def test_a_target_is_added_changed_and_removed(self, desk, plan_import):
        wording = {"comparator": ">=", "value": "500", "unit": "名", "population": "科学教师"}
        correct(desk, plan_import, "m-0-1", op="add_target", **wording, deadline="2025", home="0-1")
        assert [(t.value, t.measure) for t in read(plan_import).targets] == [(500.0, (0, 1))]
        correct(desk, plan_import, "t-0", op="edit_target", **wording | {"value": "600"}, home="")
        assert [(t.value, t.measure, t.deadline) for t in read(plan_import).targets] == [(600.0, None, None)]
        correct(desk, plan_import, "t-0", op="set_number_kind", kind="reported")
        plan_import.refresh_from_db()
        assert working_draft(plan_import).kind_of(0) == "reported"
        correct(desk, plan_import, "t-0", op="remove_target")
        assert read(plan_import).targets == ()

    def test_title_and_period_are_corrected(self, desk, plan_import):
        correct(desk, plan_import, "document", op="set_title", title="新名称")
        correct(desk, plan_import, "document", op="set_period", start=2023, end=2027)
        assert (read(plan_import).title, read(plan_import).period.end) == ("新名称", 2027)

    def test_free_text_becomes_a_measure_at_its_place(self, desk, office, clerk):
        plan_import = make_import(make_draft(youth(3)), office=office)
        correct(desk, plan_import, "m-0-1", op="remove_measure")
        (leftover,) = desk.get(at("import_preview", plan_import)).context["workspace"].leftovers
        response = correct(desk, plan_import, leftover.key, op="add_measure", to=0, title="又回来了")
        assert response.url.endswith("#m-0-1")
        assert [one.title for one in read(plan_import).actions[0].measures][1] == "又回来了"

    def test_a_wrong_entry_is_shown_again_with_what_was_typed(self, desk, plan_import):
        response = correct(
            desk, plan_import, "m-0-0", op="add_target", value="很多", unit="名", population="我写的对象"
        )
        assert "我写的对象" in response.content.decode()
        assert read(plan_import).targets == ()

    def test_a_stale_page_is_told_so_and_keeps_what_was_typed(self, desk, plan_import):
        shown = revision(plan_import)
        correct(desk, plan_import, "m-0-0", op="rename_measure", title="先改的")
        response = desk.post(
            at("import_item", plan_import, "m-0-0"),
            {"op": "rename_measure", "title": "后改的", "shown": shown},
        )
        assert "刚在别的窗口改过" in text_of(response)
        assert "后改的" in response.content.decode()
        assert read(plan_import).actions[0].measures[0].title == "先改的"

    def test_undo_and_redo_are_buttons(self, desk, plan_import):
        correct(desk, plan_import, "m-0-0", op="rename_measure", title="改过的")
        desk.post(at("import_undo", plan_import))
        assert read(plan_import).actions[0].measures[0].title == "办好第1件事"
        desk.post(at("import_redo", plan_import))
        assert read(plan_import).actions[0].measures[0].title == "改过的"

    def test_a_warning_is_settled_and_put_back(self, desk, office):
        plan_import = make_import(
            make_draft(youth(), warnings=(Warning("typo", "错字", 2, 4),)), office=office
        )
        fields = {"code": "typo", "start": 2, "end": 4}
        desk.post(at("import_warning", plan_import), fields)
        assert read(plan_import).warnings == ()
        desk.post(at("import_warning", plan_import), {**fields, "restore": "1"})
        assert len(read(plan_import).warnings) == 1

    @pytest.mark.parametrize("key", ["m-0-9", "a-5", "t-0", "x-90-10", "x-0-999999", "nonsense"])
    def test_an_item_that_is_not_there_is_not_found(self, desk, plan_import, key):
        assert desk.get(at("import_item", plan_import, key)).status_code == 404


class TestUnits:
    @pytest.fixture
    def plan_import(self, office):
        return make_import(make_draft(youth(leads=("教体局",))), office=office)

    def test_the_likeliest_unit_is_one_click_away(self, desk, plan_import, people):
        page = desk.get(at("import_preview", plan_import))
        (unknown,) = page.context["workspace"].unknown
        best = unknown.suggestions[0].organisation
        assert best == people[Role.LEAD_UNIT].active_memberships[0].organisation
        desk.post(
            at("import_unit", plan_import),
            {"name": "教体局", "deed": "choose", "choice-organisation": best.pk},
        )
        plan_import.refresh_from_db()
        assert plan_import.unit_map == {"教体局": [best.pk]}

    def test_a_unit_is_created_from_the_panel(self, desk, plan_import):
        fields = {"new-name": "上虞区教育体育中心", "new-short_name": "教体中心", "new-kind": "department"}
        desk.post(at("import_unit", plan_import), {"name": "教体局", "deed": "create", **fields})
        plan_import.refresh_from_db()
        assert plan_import.unit_map["教体局"] == [Organisation.objects.get(short_name="教体中心").pk]

    def test_a_name_that_is_taken_is_shown_again_with_what_was_typed(self, desk, plan_import, office):
        fields = {"new-name": office.name, "new-short_name": "我写的简称", "new-kind": "department"}
        response = desk.post(at("import_unit", plan_import), {"name": "教体局", "deed": "create", **fields})
        assert "已有同名单位" in text_of(response)
        assert "我写的简称" in response.content.decode()

    @pytest.mark.parametrize(("deed", "count"), [("townships", 1), ("leave_out", 0)])
    def test_a_name_stands_for_all_townships_or_for_nobody(self, desk, plan_import, deed, count):
        desk.post(at("import_unit", plan_import), {"name": "教体局", "deed": deed})
        plan_import.refresh_from_db()
        assert len(plan_import.unit_map["教体局"]) == count
        desk.post(at("import_unit", plan_import), {"name": "教体局", "deed": "forget"})
        plan_import.refresh_from_db()
        assert plan_import.unit_map == {}

    def test_a_unit_of_another_district_is_not_on_offer(self, desk, plan_import):
        elsewhere = make_organisation("外区局", region=make_region("330602000000", name="越城区"))
        fields = {"name": "教体局", "deed": "choose", "choice-organisation": elsewhere.pk}
        desk.post(at("import_unit", plan_import), fields)
        plan_import.refresh_from_db()
        assert plan_import.unit_map == {}

    def test_a_name_that_the_document_does_not_have_is_not_found(self, desk, plan_import):
        assert desk.get(at("import_unit", plan_import), {"name": "别的"}).status_code == 404


class TestConfirm:
    def test_the_page_sums_up_and_the_button_makes_the_plan(self, desk, plan_import):
        page = desk.get(at("import_confirm", plan_import))
        assert len(page.context["outline"].measures) == 2
        desk.post(at("import_confirm", plan_import), {"confirmed": "1"})
        plan_import.refresh_from_db()
        assert plan_import.state == ImportState.CONFIRMED
        assert plan_import.plan == Plan.objects.get()

    def test_what_blocks_is_said_again_and_no_plan_is_made(self, desk, office):
        plan_import = make_import(make_draft(youth(leads=("文明办",))), office=office)
        response = desk.post(at("import_confirm", plan_import), {"confirmed": "1"})
        assert "文明办" in text_of(response)
        assert not Plan.objects.exists()

    def test_an_amendment_shows_its_differences_and_keeps_the_reason_that_was_typed(
        self, desk, office, clerk, plan_import
    ):
        plan = importing.confirm_import(plan_import, by=clerk, at=AT)
        later = make_import(make_draft(youth(3)), office=office, amends=plan)
        page = text_of(desk.get(at("import_confirm", later)))
        assert "新增举措" in page
        assert "办好第3件事" in page
        refused = desk.post(at("import_confirm", later), {"confirmed": "1", "reason": " "})
        assert refused.context["form"].errors
        desk.post(at("import_confirm", later), {"confirmed": "1", "reason": "市里要求"})
        assert plan.versions.get(number=2).reason == "市里要求"

    def test_a_document_of_the_same_years_can_become_a_plan_of_its_own(
        self, desk, office, clerk, plan_import
    ):
        plan = importing.confirm_import(plan_import, by=clerk, at=AT)
        later = make_import(make_draft(youth(3)), office=office, amends=plan)
        desk.post(at("import_amends", later), {"plan": ""})
        desk.post(at("import_confirm", later), {"confirmed": "1"})
        assert Plan.objects.count() == 2

    def test_an_import_is_given_up_from_the_page(self, desk, plan_import):
        desk.post(at("import_discard", plan_import))
        plan_import.refresh_from_db()
        assert plan_import.state == ImportState.DISCARDED


class TestHistory:
    @pytest.fixture
    def plan(self, office, clerk, plan_import):
        plan = importing.confirm_import(plan_import, by=clerk, at=AT)
        later = make_import(make_draft(youth(3)), office=office, amends=plan)
        return importing.confirm_import(later, by=clerk, at=AT, reason="市里要求")

    def test_versions_stand_newest_first_with_reason_and_changes(self, desk, plan):
        page = text_of(desk.get(reverse("plans:versions", args=[plan.slug])))
        assert (
            page.index("第 2 版") < page.index("市里要求") < page.index("办好第3件事") < page.index("第 1 版")
        )

    def test_a_successor_stands_beside_what_it_continues(self, desk, office, clerk, plan):
        following = make_import(make_draft(youth(2), period=(2026, 2030)), office=office)
        successor = importing.confirm_import(following, by=clerk, at=AT)
        page = desk.get(reverse("plans:beside", args=[successor.slug, plan.slug]))
        comparison = page.context["comparison"]
        assert (comparison.continued_count, comparison.new_count, comparison.ended_count) == (2, 0, 1)
        assert (page.context["old"], page.context["new"]) == (plan, successor)

    def test_a_plan_is_not_laid_beside_itself_or_one_of_another_district(self, desk, plan):
        elsewhere = make_organisation("外区科协", region=make_region("330602000000", name="越城区"))
        Plan.objects.create(
            slug="x", title="外区", office=elsewhere, region=elsewhere.region, starts_in=2022, ends_in=2025
        )
        assert desk.get(reverse("plans:beside", args=[plan.slug, plan.slug])).status_code == 404
        assert desk.get(reverse("plans:beside", args=[plan.slug, "x"])).status_code == 404

    def test_a_plan_that_is_not_public_has_no_history_for_strangers(self, client, plan):
        Plan.objects.update(is_public=False)
        client.force_login(make_user(Role.RESIDENT, make_organisation()))
        assert client.get(reverse("plans:versions", args=[plan.slug])).status_code == 404

    @pytest.mark.parametrize("measure_count", [3, 100])
    def test_comparing_costs_the_same_however_long_the_plans(
        self, desk, office, clerk, django_assert_num_queries, measure_count
    ):
        old = importing.confirm_import(
            make_import(make_draft(youth(measure_count)), office=office), by=clerk, at=AT
        )
        following = make_import(make_draft(youth(measure_count), period=(2026, 2030)), office=office)
        new = importing.confirm_import(following, by=clerk, at=AT)
        address = reverse("plans:beside", args=[new.slug, old.slug])
        desk.get(address)
        with django_assert_num_queries(27):
            desk.get(address)
