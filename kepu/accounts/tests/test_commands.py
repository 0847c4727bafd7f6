"""The first accounts of an installation come from the command line."""

import re

import pytest
from django.core.management import CommandError, call_command

from kepu.accounts import rules
from kepu.accounts.models import Organisation, Role, User
from tests.factories.accounts import make_organisation, make_region

pytestmark = pytest.mark.django_db
UNIT = {"region": "330604000000", "organisation": "区科协"}


@pytest.fixture
def association():
    return make_organisation("上虞区科学技术协会", short_name="区科协")


def test_the_first_account_gets_its_role_and_a_password_to_be_changed(association, capsys):
    call_command("open_account", "office", name="王敏", role="district_office", **UNIT)
    user = User.objects.get(username="office")
    printed = re.search(r"：(\S+)$", capsys.readouterr().out.strip())[1]
    assert user.check_password(printed)
    assert user.must_change_password
    assert rules.has_role(user, Role.DISTRICT_OFFICE, organisation=association)


@pytest.mark.parametrize("wrong", [{"organisation": "没有的单位"}, {"region": "000000000000"}])
def test_an_unknown_unit_or_region_opens_nothing(association, wrong):
    with pytest.raises(CommandError, match="没有这个地区或单位"):
        call_command("open_account", "office", name="王敏", role="auditor", **{**UNIT, **wrong})
    assert not User.objects.exists()


def test_a_taken_user_name_is_said_and_gives_no_second_role(association):
    call_command("open_account", "office", name="王敏", role="district_office", **UNIT)
    with pytest.raises(CommandError, match="已被使用"):
        call_command("open_account", "Office", name="他人", role="auditor", **UNIT)
    assert User.objects.count() == 1


def test_a_roster_is_loaded_and_the_unconfirmed_units_are_named(tmp_path, capsys):
    make_region()
    file = tmp_path / "roster.yaml"
    file.write_text(
        '- {key: a, name: 上虞区气象局, kind: department, region_code: "330604000000", confirmed: false}\n',
        encoding="utf-8",
    )
    call_command("load_roster", file)
    assert Organisation.objects.get().short_name == "上虞区气象局"
    assert capsys.readouterr().out.splitlines() == ["新建 1 个单位，保持 0 个。", "待核实：上虞区气象局"]


def test_a_missing_roster_is_an_error_and_no_traceback(tmp_path):
    with pytest.raises(CommandError):
        call_command("load_roster", tmp_path / "nothing.yaml")
