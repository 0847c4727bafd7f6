"""The district's words: complete, unambiguous, and the district's own once a person has changed them."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import override

from kepu.core import vocabulary
from kepu.core.clock import now
from kepu.core.models import Term
from kepu.core.vocabulary import Audience, vocabularies

PLAN = Path(__file__).resolve().parents[4] / "shared" / "shangyu-plan.txt"

NAMES = {
    "audiences": "青少年 农民 产业工人 老年人 领导干部和公务员 其他",
    "rural_themes": "保护生态环境 节约能源资源 绿色生产 防灾减灾 卫生健康 网络防诈 移风易俗",
    "elder_health_themes": "合理膳食 食品安全 心理健康 体育锻炼 合理用药 应急处置 智能技术 谣言与诈骗识别",
    "elder_scenarios": "交通出行 看病就医 金融理财 购物 就餐",
    "emergency_themes": "传染病防治 防灾减灾 应急避险",
    "emergency_targets": "企业 农村 社区 学校 家庭",
    "event_kinds": "自然灾害 事故灾难 公共卫生事件 社会安全事件",
    "talent_categories": (
        "乡村振兴领军人才 乡村工匠 乡村服务业人才 农村创业创新带头人 乡村振兴科普带头人 乡村旅游带头人"
    ),
    "three_heads": "医院院长 学校校长 农技站站长",
    "associations": "生产类科普协会 生活类科普协会 生态类科普协会",
    "life_fields": "生产 生活 生态环境",
    "cadre_contents": "与履职相关的科学知识 专业知识 前沿科技 全球形势",
    "cadre_required_topics": "数字化改革 碳达峰碳中和",
    "expert_visit_forms": "专题讲座 主题宣讲 学术交流",
    "channels": "电视 广播 报刊 新媒体 科普画廊 科普中国e站 现场",
    "literacy_dimensions": "科学知识 科学方法 科学精神与思想 应用科学的能力",
    "brands": (
        "专家进校园 基地拓研学 青少年科技创新大赛 校园科学达人 最美职工 工匠遴选 巾帼建功 技能大赛 劳动竞赛 岗位能手"
        " 送安全进企业 安全生产月 消防宣传月 员工安全生产大培训 银龄跨越数字鸿沟 健康大讲堂 老年健康宣传周 春晖大讲堂"
        " 院士专家行 全国科普日 科技活动周 全国文明城市创建"
    ),
    "venue_types": (
        "未来教室 创新实验室 科技场馆 科普教育基地 农村文化礼堂 党群服务中心 新时代文明实践中心 未来乡村 农业基地"
        " 乡村振兴学校 农函大 成人文化技术学校 健康科普基地 老年大学 老干部活动中心 党建园地 区委党校 院士专家工作站"
        " 大学研究院 博士创新站 院士故居 纪念馆 科学家精神教育基地 科普中国e站 实体科技馆 专题科普馆 校园科技馆"
        " 前沿科技体验基地 科学教育资源汇集平台 流动科技馆 科普大篷车 科普画廊 科普示范基地 公园 自然保护区 风景名胜区"
    ),
}


def names_of(term):
    return [term["label"], *term.get("aliases", [])]


@pytest.mark.parametrize("name", NAMES)
def test_a_vocabulary_has_all_its_words_in_order(name):
    assert [term["label"] for term in vocabularies()[name].terms] == NAMES[name].split()


@pytest.mark.parametrize("name", vocabularies())
def test_no_code_and_no_name_means_two_things_within_a_vocabulary(name):
    terms = vocabularies()[name].terms
    words = [word for term in terms for word in names_of(term)]
    assert sorted(words) == sorted(set(words))
    codes = [term["code"] for term in terms]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("name", vocabularies())
def test_every_term_has_an_ascii_code_and_an_english_name_that_fit(name):
    for term in vocabularies()[name].terms:
        assert re.fullmatch(r"[a-z0-9_]{1,60}", term["code"])
        assert term["label_en"].isascii()
        assert 0 < len(term["label_en"]) <= 120
        assert set(term) <= {"code", "label", "label_en", "aliases", "parent"}


@pytest.mark.parametrize("name", vocabularies())
def test_every_parent_is_a_term_of_the_named_vocabulary(name):
    parents = {term["parent"] for term in vocabularies()[name].terms if "parent" in term}
    above = vocabularies().get(vocabularies()[name].parents)
    assert parents <= {term["code"] for term in above.terms} if above else not parents


@pytest.mark.parametrize(
    ("name", "scanned", "meant"),
    [("brands", "银铃跨越数字鸿沟", "银龄跨越数字鸿沟"), ("venue_types", "科普大蓬车", "科普大篷车")],
)
def test_a_word_misread_in_the_plan_is_known_too(name, scanned, meant):
    assert [term["label"] for term in vocabularies()[name].terms if scanned in names_of(term)] == [meant]


@pytest.mark.parametrize(
    "name", ["brands", "venue_types", "rural_themes", "talent_categories", "cadre_contents"]
)
def test_every_word_stands_in_the_plan(name):
    if not PLAN.exists():
        pytest.skip("the downloaded plan beside the checkout is not there")
    text = re.sub(r"\n\s*\d+、|\s", "", PLAN.read_text(encoding="utf-8"))
    unknown = [
        term["label"] for term in vocabularies()[name].terms if not any(w in text for w in names_of(term))
    ]
    assert unknown == []


def test_the_audience_choices_are_the_audience_terms():
    shipped = [(term["code"], term["label"]) for term in vocabularies()["audiences"].terms]
    assert [(value, str(label)) for value, label in Audience.choices] == shipped


@pytest.fixture
def loaded(db):
    return vocabulary.load_shipped_terms()


def brand(code="silver_digital"):
    return Term.objects.get(vocabulary="brands", code=code)


def test_a_second_load_changes_nothing(loaded):
    assert loaded.added == sum(len(one.terms) for one in vocabularies().values())
    again = vocabulary.load_shipped_terms()
    assert (again.added, again.changed, again.edited) == (0, 0, 0)


def test_a_load_renews_what_is_shipped_and_leaves_what_a_person_edited(loaded):
    Term.objects.filter(vocabulary="brands", code="study_tours").update(label="旧名称")
    vocabulary.edit_term(brand(), label="银龄学堂", label_en="", aliases=[], at=now())
    vocabulary.deactivate_term(brand("civil_city"), at=now())
    again = vocabulary.load_shipped_terms()
    assert (again.added, again.changed, again.edited) == (0, 1, 2)
    assert brand("study_tours").label == "基地拓研学"
    assert brand().label == "银龄学堂"
    assert not brand("civil_city").is_active


def test_the_command_loads_and_says_so(db, capsys):
    call_command("load_vocabulary")
    assert f"新增词条 {Term.objects.count()} 个" in capsys.readouterr().out


def test_terms_keep_their_order_and_leave_out_those_no_longer_in_use(loaded):
    vocabulary.deactivate_term(Term.objects.get(vocabulary="audiences", code="workers"), at=now())
    used = [term.code for term in vocabulary.terms("audiences")]
    assert used == ["youth", "farmers", "elders", "officials", "other"]
    assert vocabulary.labels("audiences")["workers"] == "产业工人"


def test_a_term_taken_out_of_use_can_come_back(loaded):
    vocabulary.deactivate_term(brand(), at=now())
    vocabulary.activate_term(brand(), at=now())
    assert brand().is_active


def test_a_label_is_in_the_language_of_the_page(loaded):
    assert vocabulary.label_of("brands", "silver_digital") == "银龄跨越数字鸿沟"
    assert str(vocabularies()["brands"]) == "固定品牌"
    with override("en"):
        assert vocabulary.label_of("brands", "silver_digital") == "Older people across the digital divide"
        assert str(vocabularies()["brands"]) == "Named brands"
    assert vocabulary.label_of("brands", "nowhere") == "nowhere"


def test_a_term_without_an_english_name_shows_its_chinese_one(loaded):
    term = vocabulary.add_term("brands", label="舜江科普行", at=now())
    with override("en"):
        assert vocabulary.name_of(term) == "舜江科普行"


def test_the_plan_import_gets_every_term_in_use_with_its_aliases(loaded):
    vocabulary.deactivate_term(brand("civil_city"), at=now())
    words = vocabulary.all_terms()
    assert ("venue_types", "caravan", "科普大篷车", ("科普大蓬车",)) in words
    assert "civil_city" not in [word.code for word in words]


def test_an_added_term_comes_last_with_a_code_of_its_own_and_survives_a_load(loaded):
    term = vocabulary.add_term(
        "brands", label=" 舜江科普行 ", aliases=["舜江行", "", "舜江行"], parent_code="programme", at=now()
    )
    assert (term.label, term.aliases, term.parent_code) == ("舜江科普行", ["舜江行"], "programme")
    assert vocabulary.terms("brands").last() == term
    vocabulary.load_shipped_terms()
    assert Term.objects.get(pk=term.pk).label == "舜江科普行"


def test_a_name_set_free_by_a_rename_can_be_taken_again(loaded):
    first = vocabulary.add_term("brands", label="舜江科普行", at=now())
    vocabulary.edit_term(first, label="曹娥江科普行", label_en="", aliases=[], at=now())
    second = vocabulary.add_term("brands", label="舜江科普行", at=now())
    assert second.code != first.code


@pytest.mark.parametrize(("label", "aliases"), [("专家进校园", []), ("新品牌", ["银铃跨越数字鸿沟"])])
def test_a_name_that_another_term_has_is_refused(loaded, label, aliases):
    with pytest.raises(vocabulary.TermNameTaken), transaction.atomic():
        vocabulary.add_term("brands", label=label, aliases=aliases, at=now())
    with pytest.raises(vocabulary.TermNameTaken), transaction.atomic():
        vocabulary.edit_term(brand("study_tours"), label=label, label_en="", aliases=aliases, at=now())
    assert brand("study_tours").label == "基地拓研学"


def test_a_term_may_keep_its_own_names_when_it_is_edited(loaded):
    term = vocabulary.edit_term(
        brand(), label="银铃跨越数字鸿沟", label_en="", aliases=["银龄跨越数字鸿沟"], at=now()
    )
    assert term.aliases == ["银龄跨越数字鸿沟"]


@pytest.mark.parametrize(("label", "label_en"), [("", ""), ("  ", ""), ("长" * 81, ""), ("名", "x" * 121)])
def test_a_term_needs_a_name_that_fits(loaded, label, label_en):
    with pytest.raises(vocabulary.TermUnnamed):
        vocabulary.add_term("brands", label=label, label_en=label_en, at=now())


def test_a_vocabulary_or_parent_that_is_nowhere_is_refused(loaded):
    with pytest.raises(vocabulary.UnknownVocabulary):
        vocabulary.add_term("nowhere", label="词", at=now())
    with pytest.raises(vocabulary.UnknownParent):
        vocabulary.add_term("brands", label="词", parent_code="nowhere", at=now())
