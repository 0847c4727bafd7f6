"""`manage.py import_plan`: what it prints is the contract with other programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kepu.accounts.models import Role
from kepu.plans.models import ImportState, Plan, PlanImport
from tests.factories.accounts import make_organisation, make_region, make_user, personas

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "kepu" / "plans" / "samples" / "shangyu-2022-2025.docx"
DOWNLOADED = ROOT.parent / "shared" / "shangyu-plan.txt"

LEADS = {
    "青少年科学素质提升行动": ["教体局", "团区委", "科协"],
    "农民科学素质提升行动": ["农业农村局"],
    "产业工人科学素质提升行动": ["人力社保局", "总工会"],
    "老年人科学素质提升行动": ["卫生健康局", "科协"],
    "领导干部和公务员科学素质提升行动": ["组织部"],
    "科技资源科普化工程": ["科技局", "科协"],
    "科普数字化赋能工程": ["宣传部", "融媒体中心", "科协"],
    "科普基础设施工程": ["科协", "科技局", "发改局"],
    "基层科普能力提升工程": [],
}


@pytest.fixture
def text_file(tmp_path):
    file = tmp_path / "方案.txt"
    file.write_text(
        "全民科学素质行动实施方案（2022—2025年）\n一、重点任务\n（一）青少年科学素质提升行动\n"
        "1.办好科学课。每所学校配备一名科学副校长。\n（责任单位：教育体育局牵头）\n",
        encoding="utf-8",
    )
    return file


def printed(file, *options):
    out = StringIO()
    call_command("import_plan", file, *options, stdout=out)
    return out.getvalue()


def test_json_has_the_agreed_shape(text_file):
    read = json.loads(printed(text_file, "--dry-run", "--json"))
    assert read["period"] == {"start": 2022, "end": 2025}
    (action,) = read["actions"]
    assert {"title", "kind", "leads", "partners", "measures"} <= action.keys()
    assert {"title", "leads", "partners", "start", "end"} <= action["measures"][0].keys()
    assert (action["title"], action["leads"]) == ("青少年科学素质提升行动", ["教育体育局"])


def test_a_dry_run_needs_no_database_and_prints_nothing_but_json(text_file, tmp_path):
    environment = {**os.environ, "KEPU_VAR": str(tmp_path / "var"), "DATABASE_URL": ""}
    run = subprocess.run(
        [sys.executable, "manage.py", "import_plan", str(text_file), "--dry-run", "--json"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout)["actions"][0]["title"] == "青少年科学素质提升行动"


def test_without_json_a_person_reads_the_outline(text_file):
    outline = printed(text_file, "--dry-run")
    assert "青少年科学素质提升行动（教育体育局）" in outline
    assert "办好科学课" in outline


def test_an_unreadable_document_is_an_error_that_says_what_to_do(tmp_path):
    picture = tmp_path / "扫描件.docx"
    picture.write_bytes(b"\x89PNG....")
    with pytest.raises(CommandError, match="这是图片"):
        printed(picture, "--dry-run", "--json")


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="打不开文件"):
        printed(tmp_path / "没有.txt", "--dry-run")


@pytest.mark.django_db
class TestWriting:
    @pytest.fixture(autouse=True)
    def _people(self):
        self.people = personas()

    def test_without_confirm_an_open_import_waits_at_the_desk(self, text_file):
        printed(text_file)
        assert PlanImport.objects.get().state == ImportState.OPEN

    def test_confirm_makes_it_a_plan(self, text_file):
        printed(text_file, "--confirm")
        assert Plan.objects.get().slug == "330604-2022-2025"

    def test_confirm_refuses_while_something_blocks_and_says_what(self, text_file):
        text = text_file.read_text(encoding="utf-8").replace("教育体育局", "文明办")
        text_file.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError, match="文明办"):
            printed(text_file, "--confirm")
        assert not Plan.objects.exists()

    def test_a_later_version_needs_a_reason_on_the_command_line_too(self, text_file):
        printed(text_file, "--confirm")
        text = text_file.read_text(encoding="utf-8").replace("一名", "两名")
        text_file.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError, match="理由"):
            printed(text_file, "--confirm")
        printed(text_file, "--confirm", "--reason", "按要求修订")
        assert Plan.objects.get().version == 2

    def test_with_two_offices_one_must_be_named_by_code_or_name(self, text_file):
        region = make_region("330602000000", name="越城区")
        other = make_organisation("越城区科协", region=region)
        make_user(Role.DISTRICT_OFFICE, other)
        with pytest.raises(CommandError, match="越城区科协"):
            printed(text_file)
        printed(text_file, "--office", "330602")
        assert PlanImport.objects.get().office == other
        printed(text_file, "--office", "上虞区科学技术协会")
        assert PlanImport.objects.count() == 2


def test_the_shipped_sample_reads_completely():
    sample = json.loads(printed(SAMPLE, "--dry-run", "--json"))
    assert sample["period"] == {"start": 2022, "end": 2025}
    assert [action["title"] for action in sample["actions"]][:9] == list(LEADS)
    assert [(t["comparator"], t["value"], t["unit"]) for t in sample["targets"]] == [
        (">=", 18.5, "%"),
        (">=", 30000, "人次"),
    ]


@pytest.fixture(scope="module")
def found():
    if not DOWNLOADED.exists():
        pytest.skip("the downloaded plan does not lie beside the checkout")
    return json.loads(printed(DOWNLOADED, "--dry-run", "--json"))


class TestDownloadedPlan:
    """The figures that the plan of the district must give, on the file as a document site hands it out."""

    def test_period(self, found):
        assert found["period"] == {"start": 2022, "end": 2025}

    def test_nine_actions_in_order_five_campaigns_and_four_projects(self, found):
        assert [action["title"] for action in found["actions"]] == list(LEADS)
        assert [action["kind"] for action in found["actions"]] == ["action"] * 5 + ["project"] * 4

    def test_three_measures_each(self, found):
        assert [len(action["measures"]) for action in found["actions"]] == [3] * 9

    def test_leads(self, found):
        assert {action["title"]: action["leads"] for action in found["actions"]} == LEADS

    def test_exactly_two_targets(self, found):
        assert [(t["comparator"], t["value"], t["unit"], t["deadline"]) for t in found["targets"]] == [
            (">=", 18.5, "%", "2025"),
            (">=", 30000, "人次", "2025"),
        ]

    def test_every_offset_points_at_the_words_it_stands_for(self, found):
        source = DOWNLOADED.read_text(encoding="utf-8")
        places = [source[target["start"] : target["end"]] for target in found["targets"]]
        assert "18.5%" in places[0]
        assert "3万人次" in places[1]

    @pytest.mark.parametrize("words", ["中断", "没有写明责任单位", "(A)", "银龄", "大篷车", "20222025"])
    def test_each_flaw_of_the_text_is_a_warning(self, found, words):
        assert [one["code"] for one in found["warnings"] if words in one["message"]] != []

    def test_the_words_of_the_site_are_in_no_item(self, found):
        everything = json.dumps([found["title"], found["actions"], found["targets"]], ensure_ascii=False)
        assert "下载" not in everything
        assert "展开阅读" not in everything
