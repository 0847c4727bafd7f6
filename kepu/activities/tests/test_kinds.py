"""Kinds of activity: complete as shipped, and the district's own once a person has changed them."""

import re

import pytest
from django.core.management import call_command

from kepu.accounts.models import Role
from kepu.activities.kinds import REQUIRABLE, ThemeRule, abilities_of, theme_rules
from kepu.activities.models import Kind, Shape
from kepu.activities.questions import Question, QuestionType
from kepu.activities.services import kinds
from kepu.activities.services.kinds import KindWords, shipped_kinds
from kepu.audit.models import Entry
from kepu.core.errors import WrongState
from kepu.core.vocabulary import Audience, vocabularies
from kepu.ledger.happenings import EvidenceClass
from tests.factories.accounts import make_organisation, make_user
from tests.factories.activities import AT

FIELDS = {
    "code",
    "label",
    "label_en",
    "shape",
    "brand",
    "audiences",
    "themes",
    "required",
    "evidence",
    "questions",
    "abilities",
    "attendance_share",
    "gives_certificate",
    "follow_up_months",
}
WORDS = KindWords(label="科普集市", audiences=["other"], evidence=["head_count"])


@pytest.fixture
def office(db):
    return make_user(Role.DISTRICT_OFFICE, make_organisation("区科协"))


def codes(vocabulary):
    return {term["code"] for term in vocabularies()[vocabulary].terms}


@pytest.mark.parametrize("kind", shipped_kinds(), ids=lambda kind: kind["code"])
class TestShipped:
    def test_it_has_only_known_fields_and_names_that_fit(self, kind):
        assert set(kind) <= FIELDS
        assert re.fullmatch(r"[a-z0-9_]{1,60}", kind["code"])
        assert 0 < len(kind["label"]) <= 80
        assert kind["label_en"].isascii()
        assert 0 < len(kind["label_en"]) <= 120

    def test_everything_it_names_exists(self, kind):
        assert set(kind["audiences"]) <= set(Audience.values)
        assert set(kind.get("themes", {})) <= set(vocabularies())
        assert set(kind.get("themes", {}).values()) <= {"required", "optional"}
        assert set(kind["required"]) <= set(REQUIRABLE)
        assert set(kind["evidence"]) <= set(EvidenceClass.values)
        assert {kind.get("brand", "")} <= codes("brands") | codes("campaigns") | {""}
        scenarios = {ability.get("scenario", "") for ability in kind.get("abilities", ())}
        assert scenarios <= codes("elder_scenarios") | {""}

    def test_its_questions_can_be_asked(self, kind):
        for question in kind.get("questions", ()):
            assert set(question) <= {"name", "label", "label_en", "type", "required", "choices"}
            assert question["type"] in QuestionType.values
            assert (question["type"] == QuestionType.CHOICE) == bool(question.get("choices"))

    def test_only_a_training_has_what_belongs_to_trainings(self, kind):
        of_trainings = kind.keys() & {"attendance_share", "gives_certificate", "follow_up_months"}
        assert kind.get("shape") == Shape.TRAINING or not of_trainings


def test_every_brand_and_drive_of_the_plan_is_a_kind():
    brands = {kind.get("brand") for kind in shipped_kinds()}
    assert (codes("brands") | codes("campaigns")) - brands == set()


def test_no_two_kinds_share_a_code_or_a_name():
    for field in ("code", "label", "label_en"):
        names = [kind[field] for kind in shipped_kinds()]
        assert sorted(set(names)) == sorted(names)


def test_elders_learn_by_scenario_and_each_scenario_has_abilities():
    shipped = next(kind for kind in shipped_kinds() if kind["code"] == "silver_digital")
    assert shipped["themes"]["elder_scenarios"] == "required"
    assert {one.get("scenario") for one in shipped["abilities"]} - {None} == codes("elder_scenarios")
    assert "head_count" not in shipped["evidence"]


@pytest.mark.parametrize(
    ("code", "vocabulary"),
    [
        ("rural_science", "rural_themes"),
        ("elder_health", "elder_health_themes"),
        ("emergency_science", "emergency_targets"),
        ("cadre_training", "cadre_contents"),
        ("vocational_training", "vocational_modules"),
        ("academicians_visit", "expert_visit_forms"),
        ("teacher_training", "teacher_training_contents"),
    ],
)
def test_themes_that_the_plan_counts_by_are_required(code, vocabulary):
    shipped = next(kind for kind in shipped_kinds() if kind["code"] == code)
    assert shipped["themes"][vocabulary] == "required"


@pytest.mark.django_db
def test_loading_adds_all_kinds_once_and_in_order(capsys):
    call_command("load_kinds")
    assert f"新增类别 {len(shipped_kinds())} 个" in capsys.readouterr().out
    assert list(Kind.objects.values_list("code", flat=True)) == [kind["code"] for kind in shipped_kinds()]
    again = kinds.load_shipped_kinds()
    assert (again.added, again.changed, again.edited) == (0, 0, 0)


@pytest.mark.django_db
def test_a_loaded_kind_reads_as_it_was_written():
    kinds.load_shipped_kinds()
    kind = Kind.objects.get(code="silver_digital")
    assert ThemeRule("elder_scenarios", is_required=True) in theme_rules(kind)
    assert str(kind.attendance_share) == "0.67"
    assert abilities_of(kind)[0].label == "会用手机打车"


@pytest.mark.django_db
def test_loading_renews_what_nobody_edited_and_leaves_alone_what_somebody_did(office):
    kinds.load_shipped_kinds()
    stale = Kind.objects.get(code="health_lectures")
    Kind.objects.filter(pk=stale.pk).update(label="旧名称", required=[])
    own = Kind.objects.get(code="chunhui_lectures")
    words = KindWords(label="春晖论坛", audiences=["officials"], evidence=["roster"])
    kinds.edit_kind(own, words=words, by=office, at=AT)
    loaded = kinds.load_shipped_kinds()
    assert (loaded.added, loaded.changed, loaded.edited) == (0, 1, 1)
    stale.refresh_from_db()
    own.refresh_from_db()
    assert (stale.label, stale.required) == ("健康大讲堂", ["place", "series", "topic"])
    assert (own.label, own.theme_vocabularies) == ("春晖论坛", [])


def test_a_new_kind_is_a_row_and_leaves_a_trace(office):
    question = Question("stall", "摊位", type=QuestionType.CHOICE, choices=("甲", "乙"), required=True)
    words = KindWords(
        label=" 科普集市 ",
        audiences=["other"],
        themes=[ThemeRule("rural_themes", is_required=True)],
        required=["place"],
        evidence=["head_count"],
        questions=[question],
    )
    kind = kinds.add_kind(words, by=office, at=AT)
    kind.refresh_from_db()
    assert kind.label == "科普集市"
    assert kind.code.startswith("local-")
    assert kind.edited_at == AT
    assert kind.questions == [
        {
            "name": "stall",
            "label": "摊位",
            "type": "choice",
            "label_en": "",
            "choices": ["甲", "乙"],
            "required": True,
        }
    ]
    assert Entry.objects.get().deed == "add_kind"


def test_two_kinds_cannot_have_one_name(office):
    kinds.add_kind(WORDS, by=office, at=AT)
    with pytest.raises(kinds.KindNameTaken):
        kinds.add_kind(WORDS, by=office, at=AT)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"audiences": ["martians"]}, kinds.KindUnusable),
        ({"audiences": []}, kinds.KindWithoutAudience),
        ({"evidence": []}, kinds.KindWithoutEvidence),
        ({"required": ["shoe_size"]}, kinds.KindUnusable),
        ({"themes": [ThemeRule("nowhere", is_required=False)]}, kinds.KindUnusable),
    ],
)
def test_a_kind_names_only_what_exists(office, change, refusal):
    with pytest.raises(refusal):
        kinds.add_kind(
            KindWords(**{"label": "新", "audiences": ["other"], "evidence": ["roster"]} | change),
            by=office,
            at=AT,
        )


def test_a_retired_kind_is_kept_and_can_come_back(office):
    kind = kinds.add_kind(WORDS, by=office, at=AT)
    kinds.retire_kind(kind, by=office, at=AT)
    with pytest.raises(WrongState):
        kinds.retire_kind(kind, by=office, at=AT)
    assert kinds.restore_kind(kind, by=office, at=AT).is_active
