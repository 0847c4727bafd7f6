"""What citizens see of activities: what lies ahead, where there are seats, and never a person or a draft."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from kepu.activities.models import ActivityState, SeatPool, Session, SessionState, Setting, SignUp
from kepu.activities.queries import offered
from kepu.activities.queries.offered import Sought
from kepu.regions.models import Level
from tests.factories.accounts import make_organisation, make_region
from tests.factories.activities import AT, make_activity, make_kind, make_participant, make_pool, make_session
from tests.factories.plans import make_action, make_measure, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings):
    """A Thursday. The page cache would show one test what the last one saw."""
    settings.CACHES = settings.CACHES | {"pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def town():
    return make_region("330604001000", name="百官街道", level=Level.TOWNSHIP, parent=make_region())


def text(response):
    return response.content.decode()


def week_on(response):
    return [offer.activity.title for _day, lines in response.context["days"] for offer in lines]


def later_on(response):
    return [(offer.activity.title, offer.is_one_of) for offer in response.context["later"]]


def browse(client, **query):
    return client.get(reverse("activities:browse"), query)


class TestBrowsing:
    def test_this_week_is_by_date_and_later_is_one_line_an_activity(self, client):
        make_activity(title="连办", sessions=10)
        make_activity(title="下月", at=AT + timedelta(days=30))
        page = browse(client)
        assert week_on(page) == ["连办", "连办", "连办"]
        assert later_on(page) == [("连办", 7), ("下月", 1)]

    def test_drafts_cancelled_put_off_and_past_are_not_offered(self, client):
        make_activity(title="草稿", state=ActivityState.DRAFT)
        make_activity(title="取消", state=ActivityState.CANCELLED)
        make_activity(title="过去", at=AT - timedelta(days=9))
        put_off = make_activity(title="延期")
        put_off.sessions.update(state=SessionState.POSTPONED)
        page = browse(client)
        assert (week_on(page), later_on(page)) == ([], [])

    def test_what_is_on_now_is_still_there(self, client):
        activity = make_activity(title="正在办", sessions=0)
        make_session(activity, starts_at=AT - timedelta(hours=1))
        assert week_on(browse(client)) == ["正在办"]

    def test_it_is_narrowed_by_town_group_and_kind(self, client, town):
        village = make_region("330604001201", name="桃园村", level=Level.VILLAGE, parent=town)
        make_activity(title="村里", region=village, audience="elders", kind=make_kind("silver"))
        make_activity(title="区里", audience="youth", kind=make_kind("museum"))
        assert week_on(browse(client, town=town.pk)) == ["村里"]
        assert week_on(browse(client, audience="youth")) == ["区里"]
        assert week_on(browse(client, kind="silver")) == ["村里"]
        assert week_on(client.get(reverse("activities:in_town", args=[town.pk]))) == ["村里"]
        assert week_on(client.get(reverse("activities:for_audience", args=["youth"]))) == ["区里"]

    def test_a_group_finds_what_keeps_seats_for_it(self, client):
        make_activity(title="全家", audience="other", pools={"elders": 5, "": 5})
        assert week_on(browse(client, audience="elders")) == ["全家"]

    @pytest.mark.parametrize("page", ["/activities/towns/330604000000/", "/activities/for/martians/"])
    def test_places_and_groups_that_are_none_are_not_found(self, client, page):
        assert client.get(page).status_code == 404

    def test_a_measure_shows_its_activities(self, client):
        measure = make_measure(make_action(make_plan()), title="培训老年人")
        make_activity(title="手机课", measure=measure)
        make_activity(title="别的")
        page = browse(client, measure=measure.pk)
        assert week_on(page) == ["手机课"]
        assert "落实举措“培训老年人”的活动" in text(page)

    @pytest.mark.parametrize("nonsense", ["x", "-1", "99999999999999999999", "１"])
    def test_nonsense_in_the_address_does_no_harm(self, client, nonsense):
        make_activity(title="手机课")
        page = client.get(f"/activities/?measure={nonsense}&town={nonsense}&page={nonsense}")
        assert page.status_code == 200

    def test_seats_left_are_told_for_the_activity_and_for_each_date(self, client):
        whole = make_activity(title="整班", pools={"": 10})
        whole.pools.update(taken=4)
        by_date = make_activity(title="分场", pools={}, sessions=2)
        first, second = by_date.sessions.all()
        make_pool(by_date, session=first, capacity=3)
        full = make_pool(by_date, session=second, capacity=3)
        SeatPool.objects.filter(pk=full.pk).update(taken=3)
        lines = offered.this_week(Sought(), at=AT)
        left = {(one.activity.title, one.session.pk): one.seats.left for one in lines}
        assert left == {("整班", whole.sessions.get().pk): 6, ("分场", first.pk): 3, ("分场", second.pk): 0}

    def test_where_nobody_signs_up_no_seats_are_told(self, client):
        make_activity(sign_up=SignUp.NONE, pools={})
        assert "不用报名，直接来" in text(browse(client))

    def test_it_costs_the_same_for_one_and_for_many(self, client, django_assert_num_queries):
        make_activity(sessions=12)
        browse(client)
        with django_assert_num_queries(9):
            browse(client)
        for _number in range(15):
            make_activity(sessions=12)
        with django_assert_num_queries(9):
            browse(client)


class TestOneActivity:
    def page(self, client, activity, **query):
        return client.get(reverse("activities:activity", args=[activity.slug]), query)

    def test_it_has_dates_seats_place_and_the_button(self, client):
        activity = make_activity(title="手机课", pools={"elders": 5, "youth": 2}, address="解放路 12 号")
        activity.pools.filter(audience="youth").update(taken=2)
        page = text(self.page(client, activity))
        assert "2026 年 10 月 9 日" in page
        assert "还有 5 个名额" in page
        assert "名额已满" in page
        assert "解放路 12 号" in page
        assert reverse("activities:sign_up", args=[activity.slug]) in page

    def test_nobody_who_comes_is_named(self, client):
        activity = make_activity()
        make_participant(activity, name="王秀英", phone="13800000000")
        page = text(self.page(client, activity))
        assert "王秀英" not in page
        assert "13800000000" not in page

    def test_a_draft_is_not_found(self, client):
        assert self.page(client, make_activity(state=ActivityState.DRAFT)).status_code == 404

    def test_a_cancelled_one_says_so_and_takes_no_sign_ups(self, client):
        activity = make_activity(
            state=ActivityState.CANCELLED, state_reason="台风", online_address="https://x.cn"
        )
        page = text(self.page(client, activity))
        assert "这个活动取消了" in page
        assert "台风" in page
        assert reverse("activities:sign_up", args=[activity.slug]) not in page

    def test_past_dates_are_gone_and_those_called_off_are_marked(self, client):
        activity = make_activity(sessions=0)
        make_session(activity, starts_at=AT - timedelta(days=7))
        off = make_session(activity, starts_at=AT + timedelta(days=7))
        Session.objects.filter(pk=off.pk).update(state=SessionState.CANCELLED, state_reason="停电")
        page = self.page(client, activity)
        assert [session.pk for session, _pools in page.context["dates"]] == [off.pk]
        assert "停电" in text(page)
        assert page.context["may_sign_up"] is False

    def test_who_signs_up_at_the_village_is_told_so(self, client):
        page = text(self.page(client, make_activity(sign_up=SignUp.STAFF)))
        assert "请到所在村社登记" in page

    def test_online_shows_the_way_in(self, client):
        activity = make_activity(setting=Setting.ONLINE, online_address="https://live.example.cn/1")
        assert "https://live.example.cn/1" in text(self.page(client, activity))

    def test_a_thousand_dates_cost_the_same_as_one(self, client, django_assert_num_queries):
        activity = make_activity(sessions=1)
        self.page(client, activity)
        with django_assert_num_queries(6):
            self.page(client, activity)
        for day in range(2, 60):
            make_session(activity, starts_at=AT + timedelta(days=day))
        with django_assert_num_queries(6):
            self.page(client, activity)


class TestCaching:
    @pytest.mark.parametrize("page", ["browse", "in_town", "for_audience", "activity"])
    def test_visitors_share_a_page_for_a_minute(
        self, page, client, town, settings, django_assert_num_queries
    ):
        settings.CACHES = settings.CACHES | {
            "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": page}
        }
        activity = make_activity()
        arguments = {"in_town": [town.pk], "for_audience": ["elders"], "activity": [activity.slug]}
        address = reverse(f"activities:{page}", args=arguments.get(page, []))
        assert "max-age=60" in client.get(address)["Cache-Control"]
        with django_assert_num_queries(0):
            client.get(address)


class TestFeeds:
    def events(self, response):
        return [
            line.removeprefix("SUMMARY:")
            for line in text(response).splitlines()
            if line.startswith("SUMMARY")
        ]

    def test_everything_is_narrowed_by_town_group_and_kind(self, client, town):
        make_activity(title="村里", region=town, kind=make_kind("silver"))
        make_activity(title="区里", audience="youth")
        make_activity(title="草稿", state=ActivityState.DRAFT)
        address = reverse("activities:feed")
        assert sorted(self.events(client.get(address))) == ["区里", "村里"]
        assert self.events(client.get(address, {"town": town.pk})) == ["村里"]
        assert self.events(client.get(address, {"audience": "youth"})) == ["区里"]
        assert self.events(client.get(address, {"kind": "silver"})) == ["村里"]

    def test_one_activity_has_all_its_dates_and_those_called_off_are_taken_out_of_calendars(self, client):
        activity = make_activity(sessions=2)
        last = activity.sessions.last()
        Session.objects.filter(pk=last.pk).update(state=SessionState.CANCELLED)
        feed = text(client.get(reverse("activities:activity_feed", args=[activity.slug])))
        assert feed.count("BEGIN:VEVENT") == 2
        assert "STATUS:CANCELLED" in feed
        assert f"UID:session-{last.pk}@testserver" in feed
        assert "DTSTART:20261009T010000Z" in feed

    def test_a_draft_has_no_feed(self, client):
        draft = make_activity(state=ActivityState.DRAFT)
        assert client.get(reverse("activities:activity_feed", args=[draft.slug])).status_code == 404

    def test_a_feed_costs_the_same_for_one_and_for_many(self, client, django_assert_num_queries):
        make_activity()
        client.get(reverse("activities:feed"))
        with django_assert_num_queries(4):
            client.get(reverse("activities:feed"))
        for _number in range(10):
            make_activity(sessions=3)
        with django_assert_num_queries(4):
            client.get(reverse("activities:feed"))


class TestPortal:
    def test_the_home_page_says_what_is_on_this_week(self, client):
        make_activity(title="手机课")
        assert "手机课" in text(client.get(reverse("portal:home")))

    def test_a_measure_lists_the_activities_ahead(self, client):
        office = make_organisation("区科协")
        measure = make_measure(make_action(make_plan(office=office, slug="plan-x")))
        make_activity(title="手机课", measure=measure, sessions=3)
        make_activity(title="过去的课", measure=measure, at=AT - timedelta(days=90))
        page = text(client.get(reverse("portal:measure", args=["plan-x", measure.code])))
        assert page.count("手机课") == 1
        assert "过去的课" not in page
