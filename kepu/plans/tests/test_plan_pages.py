"""The pages of plans: what each shows to whom, and that it costs the same for one measure and for three hundred."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from kepu.accounts.models import Role
from kepu.plans.models import Citation, Clause, PolicyDocument, ReportState, TargetValue
from kepu.plans.services import plan as services
from kepu.plans.services import progress
from tests.factories.accounts import make_user
from tests.factories.plans import make_action, make_measure, make_period, make_report, make_target
from tests.factories.progress import AT, LATER, figure, make_district, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2025-10-20T03:00:00+00:00", tick=False):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def visit(client):
    def get(page, /, *args, by, **query):
        client.force_login(by)
        return client.get(reverse(f"plans:{page}", args=args), query)

    return get


@pytest.fixture
def send(client):
    def post(page, /, *args, by, **data):
        client.force_login(by)
        return client.post(reverse(f"plans:{page}", args=args), data, follow=True)

    return post


def text(response):
    return response.content.decode()


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_the_list_shows_own_plans_and_higher_plans_apart(district, visit):
    services.register_higher_plan(
        "国家纲要",
        level="nation",
        office=district.office_unit,
        years=(2021, 2035),
        targets=[],
        by=district.office,
        at=AT,
    )
    response = visit("list", by=district.office)
    assert [plan.title for plan in response.context["own"]] == [district.plan.title]
    assert [plan.title for plan in response.context["higher"]] == ["国家纲要"]


def test_the_overview_shows_goals_and_every_measure_with_its_standing(district, visit):
    make_target(district.plan, name="老年人培训")
    page = text(visit("plan", district.plan.slug, by=district.office))
    assert "老年人培训" in page
    assert "未填报" in page
    assert "区教体局" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"standing": "silent"}, ["举措1.1"]),
        ({"standing": "done"}, []),
        ({"standing": "nonsense"}, ["举措1.1", "举措2.1"]),
        ({"unit": "lead"}, ["举措1.1"]),
        ({"action": "second"}, ["举措2.1"]),
    ],
)
def test_the_overview_filters_by_standing_unit_and_action(district, visit, query, shown):
    second = make_action(district.plan)
    make_measure(second)
    words = {"lead": district.lead_unit.pk, "second": second.pk}
    query = {name: words.get(value, value) for name, value in query.items()}
    response = visit("plan", district.plan.slug, by=district.office, **query)
    titles = [row.measure.title for action in response.context["actions"] for row in action.rows]
    assert titles == shown


def test_a_plan_that_is_not_public_is_not_found_by_others(district, visit):
    district.plan.is_public = False
    district.plan.save()
    assert visit("plan", district.plan.slug, by=district.stranger).status_code == 404
    assert visit("plan", district.plan.slug, by=district.partner).status_code == 200


def test_who_reports_on_time_is_seen_by_those_who_work_on_the_plan_only(district, visit):
    for page in ("periods", "work", "coverage"):
        assert visit(page, district.plan.slug, by=make_user(Role.RESIDENT)).status_code == 404
        assert visit(page, district.plan.slug, by=district.stranger).status_code == 404
        assert visit(page, district.plan.slug, by=district.partner).status_code == 200


def test_the_tabs_of_a_plan_lead_nobody_to_a_page_that_is_closed_to_them(district, visit, client):
    stranger = make_user(Role.LEAD_UNIT)
    page = visit("plan", district.plan.slug, by=stranger)
    tabs = [address for _, address, _ in page.context["tabs"]]
    assert [client.get(address).status_code for address in tabs] == [200] * len(tabs)


def test_a_measure_without_a_figure_says_that_the_plan_names_none(district, visit):
    assert "方案没有提出数字指标" in text(visit("measure", district.measure.pk, by=district.partner))


def test_an_own_figure_is_marked_as_not_from_the_plan(district, visit):
    make_target(district.plan, measure=district.measure, is_from_plan=False)
    page = text(visit("measure", district.measure.pk, by=district.partner))
    assert "办公室自定，非方案载明" in page
    assert "方案没有提出数字指标" not in page


def test_a_measure_shows_its_reports_to_those_who_may_see_them(district, visit):
    progress.attach_evidence(district.draft(), upload=upload("照片.pdf"), by=district.lead, at=AT)
    assert "照片.pdf" in text(visit("measure", district.measure.pk, by=district.lead))
    assert "照片.pdf" not in text(visit("measure", district.measure.pk, by=district.partner))


def test_a_leading_unit_is_led_to_its_report_from_the_measure(district, visit):
    address = reverse(
        "plans:write_report", args=[district.measure.pk, district.period.pk, district.lead_unit.pk]
    )
    assert address in text(visit("measure", district.measure.pk, by=district.lead))
    assert address not in text(visit("measure", district.measure.pk, by=district.partner))


OFFICE_FORMS = ["measure_deadline", "measure_english", "measure_cite", "measure_target", "work_add"]


@pytest.mark.parametrize("name", OFFICE_FORMS)
def test_the_offices_forms_on_a_measure_are_refused_to_others(district, visit, name):
    assert visit(name, district.measure.pk, by=district.office).status_code == 200
    assert visit(name, district.measure.pk, by=district.lead).status_code == 403


def test_the_office_sets_a_deadline_and_a_bad_one_stays_in_the_form(district, send):
    response = send("measure_deadline", district.measure.pk, by=district.office, due_on="2030-01-01")
    assert response.context["form"].errors == {"due_on": [str(services.DayOutsidePlan.message)]}
    assert 'value="2030-01-01"' in text(response)
    send("measure_deadline", district.measure.pk, by=district.office, due_on="2025-12-01")
    district.measure.refresh_from_db()
    assert district.measure.due_on == date(2025, 12, 1)


def test_the_office_attaches_a_figure_records_a_value_and_withdraws_it(district, send):
    response = send(
        "measure_target",
        district.measure.pk,
        by=district.office,
        name="讲座",
        comparator=">=",
        value="1.2万",
        unit="场",
        kind="reported",
    )
    target = district.measure.targets.get()
    assert (target.value, target.is_from_plan) == (12_000, False)
    assert response.redirect_chain[-1][0] == reverse("plans:target", args=[target.pk])
    send("target_value", target.pk, by=district.office, value="１,２００", as_of="2025-09-30", source="季报")
    assert target.values.get().value == 1200
    send(
        "target_edit",
        target.pk,
        by=district.office,
        name="改名",
        comparator=">=",
        value="9",
        unit="场",
        kind="reported",
    )
    target.refresh_from_db()
    assert (target.name, target.value) == ("改名", 9)
    send("target_withdraw", target.pk, by=district.office)
    target.refresh_from_db()
    assert target.withdrawn_in == 1


def test_the_office_records_an_estimate_and_links_the_target_to_the_one_above(district, send, visit):
    higher = services.register_higher_plan(
        "省方案",
        level="province",
        office=district.office_unit,
        years=(2021, 2025),
        targets=[services.HigherTarget("比例", Decimal(18), "%", date(2025, 12, 31), comparator=">")],
        by=district.office,
        at=AT,
    )
    parent = higher.targets.get()
    target = make_target(district.plan, name="比例", kind="estimated", unit="%", value=Decimal("18.5"))
    send(
        "target_value",
        target.pk,
        by=district.office,
        value="17.9",
        low="16.2",
        high="19.7",
        sample_size="2960",
        as_of="2025-09-30",
        source="抽样调查",
    )
    value = target.values.get()
    assert (value.low, value.high, value.sample_size) == (Decimal("16.2"), Decimal("19.7"), 2960)
    send("target_parent", target.pk, by=district.office, parent=parent.pk)
    page = visit("target", target.pk, by=district.office)
    assert [one.plan.title for one in page.context["above"]] == ["省方案"]
    assert [one.plan.title for one in visit("target", parent.pk, by=district.office).context["below"]] == [
        district.plan.title
    ]


def test_the_target_page_keeps_corrected_values_and_adds_up_reports(district, visit):
    target = make_target(district.plan, kind="counted", unit="人次")
    for number, (at, reason) in enumerate([(AT, ""), (LATER, "算错")]):
        services.record_value(
            target,
            value=Decimal(100 + number),
            as_of=date(2025, 9, 30),
            source="表",
            reason=reason,
            by=district.office,
            at=at,
        )
    district.accepted(figures=[figure(numerator=55, target=target)])
    context = visit("target", target.pk, by=district.partner).context
    assert [(row.value.value, row.is_corrected) for row in context["history"]] == [(101, False), (100, True)]
    assert (context["reported"].verified, context["reported"].unverified) == (55, 0)


@pytest.mark.parametrize("name", ["target_edit", "target_value", "target_parent"])
def test_the_offices_forms_on_a_target_are_refused_to_others(district, visit, name):
    target = make_target(district.plan)
    assert visit(name, target.pk, by=district.office).status_code == 200
    assert visit(name, target.pk, by=district.lead).status_code == 403


def test_a_target_of_the_plan_keeps_its_figure_when_it_is_renamed(district, send):
    target = make_target(district.plan, kind="counted")
    send("target_edit", target.pk, by=district.office, name="新名", name_en="New", kind="reported", value="1")
    target.refresh_from_db()
    assert (target.name, target.name_en, target.kind, target.value) == ("新名", "New", "reported", 30_000)


def test_work_is_broken_down_changed_done_resumed_and_removed_by_page(district, send, visit):
    words = {
        "organisation": district.lead_unit.pk,
        "year": 2025,
        "text": "办讲座",
        "quantity": "10",
        "unit": "场",
        "due_on": "2025-06-30",
    }
    send("work_add", district.measure.pk, by=district.office, **words)
    item = district.measure.work_items.get()
    send("work_edit", item.pk, by=district.office, **words | {"text": "办二十场"})
    assert visit("work_done", item.pk, by=district.partner).status_code == 403
    send("work_done", item.pk, by=district.lead, done_on="2025-06-20")
    item.refresh_from_db()
    assert (item.text, item.done_on) == ("办二十场", date(2025, 6, 20))
    send("work_resume", item.pk, by=district.lead)
    send("work_remove", item.pk, by=district.office)
    assert not district.measure.work_items.exists()


@pytest.mark.parametrize(("asked", "shown"), [("2023", 2023), ("1999", 2022), ("٢٠٢٣", 2025), ("x", 2025)])
def test_the_work_page_shows_a_year_of_the_plan(district, visit, asked, shown):
    assert visit("work", district.plan.slug, by=district.lead, year=asked).context["year"] == shown


def test_work_can_go_to_any_member_unit_where_the_action_calls_on_all(district, visit):
    action = district.measure.action
    action.others_take_part = True
    action.save()
    form = visit("work_add", district.measure.pk, by=district.office).context["form"]
    assert district.office_unit in form.fields["organisation"].queryset


def test_the_library_is_kept_by_the_office_and_coverage_shows_what_is_open(district, send, visit):
    send("document_add", by=district.office, title="纲要", level="nation")
    document = PolicyDocument.objects.get()
    send("document_edit", document.pk, by=district.office, title="行动规划纲要", level="nation")
    send("clause_add", document.pk, by=district.office, number="三", summary="旧要点")
    clause = Clause.objects.get()
    send("clause_edit", clause.pk, by=district.office, number="三", summary="提升行动")
    assert "提升行动" in text(visit("library", by=district.lead))
    before = visit("coverage", district.plan.slug, by=district.lead).context["coverage"]
    assert (list(before.orphan_clauses), list(before.unfounded_measures)) == ([clause], [district.measure])
    send("measure_cite", district.measure.pk, by=district.office, clause=clause.pk)
    after = visit("coverage", district.plan.slug, by=district.lead).context["coverage"]
    assert (list(after.orphan_clauses), list(after.unfounded_measures)) == ([], [])
    refused = send("clause_remove", clause.pk, by=district.office)
    assert messages_of(refused) == [str(services.StillCited.message)]
    send("uncite", Citation.objects.get().pk, by=district.office)
    send("clause_remove", clause.pk, by=district.office)
    send("document_remove", document.pk, by=district.office)
    assert not PolicyDocument.objects.exists()


@pytest.mark.parametrize("name", ["document_add", "add_higher"])
def test_the_library_and_higher_plans_are_the_offices(district, visit, name):
    assert visit(name, by=district.lead).status_code == 403
    assert visit(name, by=district.office).status_code == 200


def test_a_taken_title_stays_in_the_form(district, send):
    PolicyDocument.objects.create(title="纲要", level="nation")
    response = send("document_add", by=district.office, title="纲要", level="nation")
    assert response.context["form"].errors == {"title": [str(services.DocumentTitleTaken.message)]}


def test_a_higher_plan_is_registered_with_its_target(district, send):
    send(
        "add_higher",
        by=district.office,
        title="国家纲要",
        level="nation",
        starts_in=2021,
        ends_in=2025,
        name="比例",
        comparator=">",
        value="15",
        unit="%",
        kind="estimated",
        due_on="2025-12-31",
    )
    target = TargetValue.target.field.related_model.objects.get()
    assert (target.plan.level, target.value, target.comparator) == ("nation", 15, ">")


def test_the_settings_are_the_offices_and_close_reopen_hide_and_publish(district, visit, send):
    assert visit("settings", district.plan.slug, by=district.lead).status_code == 403
    slug = district.plan.slug
    for name, words, field, value in [
        ("close", {}, "state", "closed"),
        ("reopen", {"reason": "补填"}, "state", "running"),
        ("hide", {"reason": "核对"}, "is_public", False),
        ("publish", {}, "is_public", True),
    ]:
        send(name, slug, by=district.office, **words)
        district.plan.refresh_from_db()
        assert getattr(district.plan, field) == value
    send("settings", slug, by=district.office, title_en="Plan")
    send("action_english", district.measure.action_id, by=district.office, title_en="Action")
    send("measure_english", district.measure.pk, by=district.office, title_en="Measure")
    district.plan.refresh_from_db()
    district.measure.refresh_from_db()
    assert (district.plan.title_en, district.measure.title_en) == ("Plan", "Measure")


def test_reopening_without_a_reason_says_so(district, send):
    send("close", district.plan.slug, by=district.office)
    assert messages_of(send("reopen", district.plan.slug, by=district.office)) == [
        str(services.ReasonMissing.message)
    ]


def fill(district, measures):
    """A plan of this many measures, each with a report, work, a clause and a value."""
    period = make_period(district.plan, quarter=2)
    document = PolicyDocument.objects.create(title="纲要", level="nation")
    for number in range(measures - 1):
        measure = make_measure(district.measure.action)
        make_report(
            measure,
            organisation=district.lead_unit,
            period=period,
            state=ReportState.SUBMITTED,
            by=district.lead,
        )
        Citation.objects.create(
            measure=measure, clause=Clause.objects.create(document=document, number=str(number), summary="x")
        )
        measure.work_items.create(
            organisation=district.lead_unit, year=2025, text="做", due_on=date(2025, 11, 1)
        )


@pytest.mark.parametrize("measures", [2, 300])
@pytest.mark.parametrize(
    ("name", "queries"), [("plan", 14), ("periods", 11), ("work", 9), ("coverage", 12), ("settings", 8)]
)
def test_a_plans_pages_cost_the_same_however_many_measures(
    district, client, django_assert_num_queries, name, queries, measures
):
    fill(district, measures)
    client.force_login(district.office)
    with django_assert_num_queries(queries):
        client.get(reverse(f"plans:{name}", args=[district.plan.slug]))


@pytest.mark.parametrize("reports", [1, 12])
def test_a_measures_page_costs_the_same_however_many_reports(
    district, client, django_assert_num_queries, reports
):
    for number in range(reports):
        period = make_period(district.plan, year=2022 + number // 4, quarter=number % 4 + 1)
        make_report(
            district.measure, organisation=district.lead_unit, period=period, state=ReportState.ACCEPTED
        )
    client.force_login(district.office)
    with django_assert_num_queries(18):
        client.get(reverse("plans:measure", args=[district.measure.pk]))


def test_forms_show_what_there_is_and_where_they_belong(district, visit):
    item = district.measure.work_items.create(
        organisation=district.lead_unit,
        year=2025,
        text="办讲座",
        due_on=date(2025, 6, 30),
        quantity=Decimal("1200.00"),
    )
    assert 'value="1200"' in text(visit("work_edit", item.pk, by=district.office))
    assert 'value="2025-10-20"' in text(visit("work_done", item.pk, by=district.lead))
    assert 'value="2025-10-15"' in text(visit("period_due", district.period.pk, by=district.office))
    assert "解锁填报期" in text(visit("period_unlock", district.period.pk, by=district.office))
    assert district.measure.action.title in text(
        visit("action_english", district.measure.action_id, by=district.office)
    )


@pytest.mark.parametrize("written", ["十二", "1e400", "NaN", "九万"])
def test_an_amount_that_is_no_number_stays_in_the_form_with_an_example(district, send, written):
    target = make_target(district.plan)
    response = send(
        "target_value", target.pk, by=district.office, value=written, as_of="2025-09-30", source="表"
    )
    assert list(response.context["form"].errors) == ["value"]
    assert f'value="{written}"' in text(response)


@pytest.mark.parametrize("rows", [1, 100])
def test_the_target_and_the_library_cost_the_same_however_long_they_are(
    district, client, django_assert_num_queries, rows
):
    target = make_target(district.plan)
    document = PolicyDocument.objects.create(title="纲要", level="nation")
    for number in range(rows):
        Clause.objects.create(document=document, number=str(number), summary="x")
        TargetValue.objects.create(
            target=target, kind="reported", as_of=date(2025, 1, 1), value=number, source="表", recorded_at=AT
        )
    client.force_login(district.office)
    with django_assert_num_queries(9):
        client.get(reverse("plans:target", args=[target.pk]))
    with django_assert_num_queries(6):
        client.get(reverse("plans:library"))
