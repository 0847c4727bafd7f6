"""The pages of planning: what each shows to whom, that forms lead on, and that it costs the same for one row and for many."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
import typst
from django.urls import reverse
from openpyxl import load_workbook

from kepu.accounts.models import CalendarToken, Role
from kepu.activities.models import Activity, ActivityState, Campaign, Kind, SessionState
from kepu.activities.poster import NoPosterFont, family_among, qr_code
from kepu.activities.questions import questions_of
from kepu.activities.recurrence import MOST_DATES, Slot
from kepu.activities.services import kinds, sessions
from kepu.activities.services.sessions import SessionWords
from kepu.core.vocabulary import load_shipped_terms
from kepu.regions.models import Level
from tests.factories.accounts import make_organisation, make_region, make_user
from tests.factories.activities import AT, make_activity, make_campaign, make_kind, make_series, make_session
from tests.factories.plans import make_action, make_measure, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def unit():
    district = make_region()
    make_region("330604001000", name="百官街道", level=Level.TOWNSHIP, parent=district)
    make_region("330604002000", name="曹娥街道", level=Level.TOWNSHIP, parent=district)
    return make_organisation("区卫健局", region=district)


@pytest.fixture
def planner(unit):
    return make_user(Role.LEAD_UNIT, unit, name="策划人")


@pytest.fixture
def visit(client):
    def get(page, /, *args, by, **query):
        client.force_login(by)
        return client.get(reverse(f"activities:{page}", args=args), query)

    return get


@pytest.fixture
def send(client):
    def post(page, /, *args, by, **data):
        client.force_login(by)
        return client.post(reverse(f"activities:{page}", args=args), data, follow=True)

    return post


def text(response):
    return response.content.decode()


def titles(response):
    return [activity.title for activity in response.context["page"]]


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


class TestList:
    def test_it_is_narrowed_by_state_kind_unit_town_month_and_name(self, unit, planner, visit):
        town = make_region("330604001000")
        lecture = make_kind("lecture", label="讲座")
        make_activity(organiser=unit, title="甲", region=town, kind=lecture)
        make_activity(organiser=make_organisation("区农业局"), title="乙", state=ActivityState.CANCELLED)
        make_activity(organiser=unit, title="丙", at=AT + timedelta(days=60), partners=[])
        assert set(titles(visit("desk", by=planner))) == {"甲", "乙", "丙"}
        assert titles(visit("desk", by=planner, state="cancelled")) == ["乙"]
        assert titles(visit("desk", by=planner, kind="lecture")) == ["甲"]
        assert set(titles(visit("desk", by=planner, unit=unit.pk))) == {"甲", "丙"}
        assert titles(visit("desk", by=planner, town=town.pk)) == ["甲"]
        assert titles(visit("desk", by=planner, month="2026-12")) == ["丙"]
        assert titles(visit("desk", by=planner, text="乙")) == ["乙"]

    def test_a_measure_narrows_it_and_is_named(self, unit, planner, visit):
        measure = make_measure(make_action(make_plan(office=unit)), title="培训老年人")
        make_activity(organiser=unit, title="手机课", measure=measure)
        make_activity(organiser=unit, title="别的")
        page = visit("desk", by=planner, measure=measure.pk)
        assert titles(page) == ["手机课"]
        assert "只看落实举措“培训老年人”的活动" in text(page)

    def test_what_makes_no_sense_in_a_filter_is_left_out(self, unit, planner, visit):
        make_activity(organiser=unit, title="甲")
        assert titles(visit("desk", by=planner, month="soon", unit="x", state="?", town="1")) == ["甲"]

    def test_drafts_of_others_are_not_there(self, planner, visit):
        draft = make_activity(title="别人的草稿", state=ActivityState.DRAFT)
        assert titles(visit("desk", by=planner)) == []
        assert visit("planned", draft.slug, by=planner).status_code == 404

    def test_a_citizen_has_no_desk(self, visit):
        assert visit("desk", by=make_user(Role.RESIDENT)).status_code == 403

    def test_it_costs_the_same_for_one_and_for_many(
        self, unit, planner, client, visit, django_assert_num_queries
    ):
        make_activity(organiser=unit)
        visit("desk", by=planner)
        with django_assert_num_queries(12):
            client.get(reverse("activities:desk"))
        for _number in range(25):
            make_activity(organiser=unit, sessions=2)
        with django_assert_num_queries(12):
            client.get(reverse("activities:desk"))


class TestOneActivity:
    def test_a_draft_says_what_is_missing_and_where_to_fill_it(self, unit, planner, visit):
        kind = make_kind("needy", audiences=["elders"], required=["contact"])
        draft = make_activity(organiser=unit, kind=kind, state=ActivityState.DRAFT, sessions=0)
        page = text(visit("planned", draft.slug, by=planner))
        assert "还没有安排日期。" in page
        assert "“类别needy”要求填写：咨询电话。" in page
        assert f"{reverse('activities:edit', args=[draft.slug])}#id_contact" in page

    def test_who_does_not_manage_it_finds_nothing_to_change(self, visit, planner):
        activity = make_activity()
        page = text(visit("planned", activity.slug, by=planner))
        assert reverse("activities:edit", args=[activity.slug]) not in page
        assert visit("edit", activity.slug, by=planner).status_code == 404

    def test_it_costs_the_same_for_one_date_and_for_many(
        self, unit, planner, client, visit, django_assert_num_queries
    ):
        activity = make_activity(organiser=unit, sessions=1)
        visit("planned", activity.slug, by=planner)
        with django_assert_num_queries(15):
            client.get(reverse("activities:planned", args=[activity.slug]))
        for day in range(10, 35):
            make_session(activity, starts_at=AT + timedelta(days=day))
        with django_assert_num_queries(15):
            client.get(reverse("activities:planned", args=[activity.slug]))

    def test_a_series_of_a_thousand_dates_shows_one_page_of_them(self, unit, planner, visit):
        activity = make_activity(organiser=unit, sessions=0)
        slots = [
            Slot(AT + timedelta(days=day), AT + timedelta(days=day, hours=2))
            for day in range(1, MOST_DATES + 1)
        ]
        sessions.add_sessions(activity, slots=slots, words=SessionWords(), by=planner, at=AT)
        visit("planned", activity.slug, by=planner)
        response = visit("planned", activity.slug, by=planner)
        assert response.context["counts"]["all"] == MOST_DATES
        assert len(response.context["sessions"].object_list) == 30

    def test_it_is_published_copied_and_cancelled_from_its_page(self, unit, planner, send):
        kind = make_kind("plain", audiences=["elders"])
        draft = make_activity(organiser=unit, kind=kind, state=ActivityState.DRAFT)
        assert messages_of(send("publish", draft.slug, by=planner)) == ["已发布，公开页上能看到了。"]
        copied = send("copy", draft.slug, by=planner)
        assert copied.context["activity"].copied_from == draft
        assert "请写明取消的原因" in text(send("cancel", draft.slug, by=planner, reason=""))
        send("cancel", draft.slug, by=planner, reason="台风")
        draft.refresh_from_db()
        assert draft.state == ActivityState.CANCELLED


class TestForm:
    @pytest.fixture
    def kind(self):
        load_shipped_terms()
        kinds.load_shipped_kinds()
        return Kind.objects.get(code="silver_digital")

    def data(self, unit, **fields):
        return {
            "title": "手机课",
            "organiser": unit.pk,
            "audience": "elders",
            "setting": "on_site",
            "region": "330604001000",
            "sign_up": "open",
            "cost": "0",
        } | fields

    def test_a_half_filled_form_becomes_a_draft(self, unit, planner, kind, send):
        page = send("plan", kind.code, by=planner, **self.data(unit))
        draft = Activity.objects.get()
        assert (draft.state, draft.region_id) == (ActivityState.DRAFT, "330604001000")
        assert messages_of(page) == ["草稿已保存。接下来安排日期和名额。"]

    def test_a_measure_is_found_by_its_code_or_a_piece_of_its_title(self, unit, planner, kind, send):
        action = make_action(make_plan(office=unit))
        measure = make_measure(action, title="银龄跨越数字鸿沟")
        make_measure(action, title="健康大讲堂")
        for written in (measure.code, "跨越数字", "银龄跨越数字鸿沟"):
            send("plan", kind.code, by=planner, **self.data(unit, measure=written))
            assert Activity.objects.latest("pk").measure == measure

    def test_a_measure_that_could_be_two_is_asked_again(self, unit, planner, kind, send):
        action = make_action(make_plan(office=unit))
        make_measure(action, title="健康讲座")
        make_measure(action, title="健康义诊")
        page = text(send("plan", kind.code, by=planner, **self.data(unit, measure="健康")))
        assert "“健康”不止一个" in page
        assert Activity.objects.count() == 0

    def test_measures_of_ended_plans_are_not_offered(self, unit, planner, kind, send):
        make_measure(make_action(make_plan(office=unit, state="closed")), title="旧举措")
        page = text(send("plan", kind.code, by=planner, **self.data(unit, measure="旧举措")))
        assert "没有找到“旧举措”" in page

    def test_partners_are_found_by_any_of_their_names(self, unit, planner, kind, send):
        partner = make_organisation("区妇女联合会", short_name="区妇联", aliases=["妇联"], region=unit.region)
        send("plan", kind.code, by=planner, **self.data(unit, partners=["妇联", ""]))
        assert list(Activity.objects.get().partners.all()) == [partner]

    def test_themes_are_those_of_the_kind(self, unit, planner, kind, send, visit):
        page = text(visit("plan", kind.code, by=planner))
        assert "themes_elder_scenarios" in page
        assert "themes_rural_themes" not in page
        send("plan", kind.code, by=planner, **self.data(unit, themes_elder_scenarios=["travel"]))
        assert Activity.objects.get().themes == {"elder_scenarios": ["travel"]}

    def test_another_kind_keeps_the_words(self, unit, planner, kind, visit, send, client):
        activity = make_activity(organiser=unit, kind=kind, state=ActivityState.DRAFT, title="原名")
        address = reverse("activities:edit", args=[activity.slug]) + "?kind=elder_health"
        client.force_login(planner)
        assert "原名" in text(client.get(address))
        client.post(address, self.data(unit, title="原名"))
        activity.refresh_from_db()
        assert activity.kind.code == "elder_health"

    def test_what_was_saved_comes_back(self, unit, planner, kind, visit):
        measure = make_measure(make_action(make_plan(office=unit)), title="银龄")
        activity = make_activity(
            organiser=unit,
            kind=kind,
            measure=measure,
            latitude=Decimal("30.03"),
            partners=[make_organisation("区妇联", region=unit.region)],
            themes={"elder_scenarios": ["travel"]},
        )
        form = visit("edit", activity.slug, by=planner).context["form"]
        assert form["measure"].value().startswith(f"{measure.code} 银龄")
        assert form["partners"].value() == ["区妇联"]
        assert form["themes_elder_scenarios"].value() == ["travel"]

    def test_the_unit_of_somebody_else_cannot_be_chosen(self, unit, planner, kind, send):
        send("plan", kind.code, by=planner, **self.data(make_organisation("区农业局")))
        assert Activity.objects.count() == 0


class TestDates:
    def data(self, **fields):
        return {
            "first_on": "2026-10-13",
            "starts": "09:00",
            "ends": "11:00",
            "frequency": "weekly",
            "interval": "1",
            "count": "3",
        } | fields

    def test_they_are_shown_before_they_are_saved(self, unit, planner, send):
        activity = make_activity(organiser=unit, sessions=0)
        page = send("add_dates", activity.slug, by=planner, step="preview", **self.data())
        assert page.context["count"] == 3
        assert "2026 年 10 月 27 日" in text(page)
        assert activity.sessions.count() == 0
        send("add_dates", activity.slug, by=planner, step="save", **self.data())
        assert activity.sessions.count() == 3

    def test_a_rule_without_an_end_is_explained_at_its_field(self, unit, planner, send):
        activity = make_activity(organiser=unit, sessions=0)
        page = send("add_dates", activity.slug, by=planner, step="save", **self.data(count=""))
        assert page.context["form"].errors["until"] == ["请填写办到哪一天，或一共办多少场。"]

    def test_a_date_is_moved_put_off_called_off_and_described(self, unit, planner, send):
        activity = make_activity(organiser=unit, sessions=3)
        first, second, third = activity.sessions.all()
        moved = {"first_on": "2026-12-01", "starts": "14:00", "ends": "16:00", "reason": "换场地"}
        send("move_session", first.pk, by=planner, **moved)
        send("put_session_off", second.pk, by=planner, reason="台风")
        send("cancel_session", third.pk, by=planner, reason="台风")
        send("edit_session", first.pk, by=planner, topic="第一课")
        states = dict(activity.sessions.values_list("pk", "state"))
        assert states == {
            first.pk: SessionState.PLANNED,
            second.pk: SessionState.POSTPONED,
            third.pk: SessionState.CANCELLED,
        }
        first.refresh_from_db()
        assert (first.starts_at.isoformat(), first.topic) == ("2026-12-01T06:00:00+00:00", "第一课")

    def test_a_date_of_others_is_not_found(self, planner, send):
        session = make_activity().sessions.get()
        assert send("cancel_session", session.pk, by=planner, reason="?").status_code == 404

    def test_seats_are_added_and_removed(self, unit, planner, send):
        activity = make_activity(organiser=unit, sessions=2, pools={})
        send("add_seats", activity.slug, by=planner, scope="session", capacity=8, waiting_capacity=0)
        assert [pool.capacity for pool in activity.pools.all()] == [8, 8]
        send("remove_seats", activity.pools.first().pk, by=planner)
        assert activity.pools.count() == 1


class TestQuestions:
    def test_an_activity_asks_its_own_beside_those_of_its_kind(self, unit, planner, send):
        kind = make_kind("asking", questions=[{"name": "school", "label": "学校"}])
        activity = make_activity(organiser=unit, kind=kind)
        data = {"questions-TOTAL_FORMS": "1", "questions-INITIAL_FORMS": "0"}
        data |= {"questions-0-label": "会不会游泳", "questions-0-type": "yes_no"}
        send("ask", activity.slug, by=planner, **data)
        activity.refresh_from_db()
        assert [str(question) for question in questions_of(activity)] == ["学校", "会不会游泳"]

    def test_a_choice_without_choices_is_asked_again(self, unit, planner, send):
        activity = make_activity(organiser=unit)
        data = {"questions-TOTAL_FORMS": "1", "questions-INITIAL_FORMS": "0"}
        data |= {"questions-0-label": "哪一天", "questions-0-type": "choice"}
        assert "请写出选项。" in text(send("ask", activity.slug, by=planner, **data))
        activity.refresh_from_db()
        assert activity.questions == []


class TestMonthAndMap:
    def test_the_month_has_its_dates_on_their_days(self, unit, planner, visit):
        make_activity(organiser=unit, title="早上", sessions=2)
        make_activity(organiser=unit, title="取消的", state=ActivityState.CANCELLED)
        page = visit("desk_calendar", by=planner)
        days = {
            day.on.isoformat(): [one.activity.title for one in day.sessions]
            for week in page.context["weeks"]
            for day in week
            if day.sessions
        }
        assert days == {"2026-10-09": ["早上"], "2026-10-10": ["早上"]}
        assert page.context["weeks"][0][0].on.isoformat() == "2026-09-28"

    def test_it_turns_to_other_months(self, unit, planner, visit):
        make_activity(organiser=unit)
        page = visit("desk_calendar", by=planner, month="2026-12")
        assert (page.context["before"], page.context["after"]) == ("2026-11", "2027-01")
        assert page.context["total"] == 0

    def test_a_month_costs_the_same_for_one_date_and_for_many(
        self, unit, planner, client, visit, django_assert_num_queries
    ):
        make_activity(organiser=unit)
        visit("desk_calendar", by=planner)
        with django_assert_num_queries(9):
            client.get(reverse("activities:desk_calendar"))
        make_activity(organiser=unit, sessions=20)
        with django_assert_num_queries(9):
            client.get(reverse("activities:desk_calendar"))

    def test_the_map_places_by_coordinates_and_says_how_many_have_none(self, unit, planner, visit):
        north_west = {"latitude": Decimal("30.1"), "longitude": Decimal("120.7")}
        south_east = {"latitude": Decimal("29.9"), "longitude": Decimal("120.9")}
        make_activity(organiser=unit, title="西北", **north_west)
        make_activity(organiser=unit, title="东南", **south_east)
        make_activity(organiser=unit)
        page = visit("desk_map", by=planner)
        placed = {one.activity.title: (one.left, one.top) for one in page.context["places"]}
        assert placed == {"西北": ("6.00%", "6.00%"), "东南": ("94.00%", "94.00%")}
        assert page.context["without"] == 1


class TestCampaignsAndKinds:
    def test_a_campaign_lists_what_takes_place_under_it(self, unit, planner, visit, send):
        data = {
            "title": "2026 年全国科普月",
            "organiser": unit.pk,
            "region": unit.region_id,
            "starts_on": "2026-09-01",
            "ends_on": "2026-09-30",
            "report_due_on": "2026-10-11",
        }
        send("new_campaign", by=planner, **data)
        campaign = Campaign.objects.get()
        make_activity(organiser=unit, title="科普市集", campaign=campaign)
        make_activity(organiser=unit, title="无关")
        assert titles(visit("campaign", campaign.pk, by=planner)) == ["科普市集"]
        assert "2026 年 10 月 11 日 前交总结" in text(visit("campaigns", by=planner))

    def test_the_list_of_a_campaign_is_a_workbook_without_drafts_and_formulas(self, unit, planner, visit):
        campaign = make_campaign(unit, title="科普月")
        make_activity(organiser=unit, title="=1+1", campaign=campaign, sessions=2)
        make_activity(organiser=unit, title="草稿", campaign=campaign, state=ActivityState.DRAFT)
        content = visit("campaign_workbook", campaign.pk, by=planner).content
        head, *lines = load_workbook(BytesIO(content))["活动清单"].iter_rows(values_only=True)
        row = dict(zip(head, lines[0], strict=True))
        assert len(lines) == 1
        assert (row["主题活动"], row["活动名称"], row["场次"]) == ("科普月", "=1+1", 2)
        assert row["第一场"] == "2026-10-09 09:00"

    def test_a_campaign_that_ends_before_it_starts_is_refused(self, unit, planner, send):
        data = {"title": "周", "organiser": unit.pk, "region": unit.region_id}
        page = send("new_campaign", by=planner, starts_on="2026-09-02", ends_on="2026-09-01", **data)
        assert page.context["form"].errors["ends_on"] == ["结束日期不能早于开始日期。"]

    def test_a_series_lists_its_activities(self, unit, planner, visit):
        series = make_series(unit)
        make_activity(organiser=unit, title="第一讲", series=series)
        assert titles(visit("series", series.pk, by=planner)) == ["第一讲"]

    def test_the_office_makes_a_kind_with_questions_without_any_code(self, planner, visit, send):
        office = make_user(Role.DISTRICT_OFFICE, make_organisation("区科协"))
        load_shipped_terms()
        data = {
            "label": "科普集市",
            "shape": "activity",
            "audiences": ["other", "elders"],
            "evidence": ["head_count"],
            "required": ["place"],
            "required_themes": ["rural_themes"],
            "questions-TOTAL_FORMS": "1",
            "questions-INITIAL_FORMS": "0",
            "questions-0-label": "想看哪个摊位",
            "questions-0-type": "choice",
            "questions-0-choices": "显微镜、天文",
            "questions-0-required": "on",
            "abilities-TOTAL_FORMS": "0",
            "abilities-INITIAL_FORMS": "0",
        }
        send("add_kind", by=office, **data)
        kind = Kind.objects.get()
        assert kind.questions[0]["choices"] == ["显微镜", "天文"]
        assert kind.theme_vocabularies == [{"vocabulary": "rural_themes", "is_required": True}]
        assert "themes_rural_themes" in text(visit("plan", kind.code, by=planner))

    def test_a_unit_reads_kinds_and_changes_none(self, planner, visit):
        kind = make_kind("plain")
        assert kind.label in text(visit("kinds", by=planner))
        assert visit("edit_kind", kind.code, by=planner).status_code == 403

    def test_editing_a_kind_keeps_the_names_of_its_questions(self, visit, send):
        """Answers refer to them."""
        office = make_user(Role.DISTRICT_OFFICE, make_organisation("区科协"))
        load_shipped_terms()
        kinds.load_shipped_kinds()
        page = visit("edit_kind", "experts_in_schools", by=office)
        form, rows = page.context["form"], page.context["questions"]
        data = {
            name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)
        }
        data |= {"questions-TOTAL_FORMS": len(rows), "questions-INITIAL_FORMS": 1}
        data |= {f"questions-0-{name}": rows[0][name].value() or "" for name in ("name", "label", "type")}
        data |= {"abilities-TOTAL_FORMS": 0, "abilities-INITIAL_FORMS": 0, "label": "专家进校园（区）"}
        send("edit_kind", "experts_in_schools", by=office, **data)
        kind = Kind.objects.get(code="experts_in_schools")
        assert (kind.label, kind.questions[0]["name"]) == ("专家进校园（区）", "school_class")


class TestPoster:
    def test_it_is_one_page_with_the_address_of_the_activity(self, unit, planner, visit, client):
        activity = make_activity(organiser=unit, sessions=9, title="手机挂号和医保码，一步一步学")
        try:
            family_among(_families())
        except NoPosterFont:
            pytest.skip("no Chinese font on this machine")
        response = visit("poster", activity.slug, by=planner)
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
        assert response.content.count(b"/Type /Page\n") + response.content.count(b"/Type/Page\n") <= 1

    def test_the_code_is_drawn_as_svg(self):
        assert qr_code("https://kepu.example/activities/abcd2345/").startswith("<svg")

    def test_a_face_without_serifs_comes_first(self):
        assert family_among(["SimSun", "Noto Sans CJK SC"]) == "Noto Sans CJK SC"
        with pytest.raises(NoPosterFont):
            family_among(["DejaVu Sans"])


def _families():
    return typst.Fonts(include_embedded_fonts=False).families()


class TestOwnFeed:
    def test_it_has_what_the_own_units_published(self, unit, planner, client):
        make_activity(organiser=unit, title="本单位的")
        make_activity(organiser=unit, title="草稿", state=ActivityState.DRAFT)
        make_activity(title="别人的")
        CalendarToken.objects.create(user=planner, token="secret-token")
        feed = text(client.get(reverse("activities:own_feed", args=["secret-token"])))
        assert "SUMMARY:本单位的" in feed
        assert feed.count("BEGIN:VEVENT") == 1

    def test_a_wrong_token_opens_nothing(self, client):
        assert client.get(reverse("activities:own_feed", args=["guess"])).status_code == 404
