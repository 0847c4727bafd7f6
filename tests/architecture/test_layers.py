"""The house keeps its order: foreign keys point down, files and functions stay short, services say who and when."""

from __future__ import annotations

import ast
import inspect
import pathlib
import tomllib

import pytest
from django.apps import apps

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES_A_FILE = 400
LINES_A_FUNCTION = 50


def layers():
    """App name → height, read from the import contract, so that there is one map of the house."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    heights = {}
    for height, row in enumerate(reversed(contract["layers"])):
        for name in row.split("|"):
            heights[f"kepu.{name.strip()}"] = height
    return heights


def our_models():
    return [model for model in apps.get_models() if model._meta.app_config.name.startswith("kepu.")]


def our_files():
    folders = [ROOT / name for name in ("kepu", "plan_document", "literacy_stats", "fact_analytics")]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    return [path for path in files if "migrations" not in path.parts and "tests" not in path.parts]


def functions_of(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_point_down_or_sideways_within_the_app(model):
    heights = layers()
    own = model._meta.app_config.name
    for field in model._meta.get_fields():
        if not (field.is_relation and field.concrete and field.related_model):
            continue
        other = field.related_model._meta.app_config.name
        if other.startswith("kepu.") and other != own:
            assert heights[other] < heights[own], f"{model._meta.label}.{field.name} points up to {other}"


def test_files_stay_short():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in our_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_A_FILE
    }
    assert long == {}


def test_functions_stay_short():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in our_files()
        for node in functions_of(path)
        if node.end_lineno - node.lineno >= LINES_A_FUNCTION
    ]
    assert long == []


def test_the_median_function_is_under_ten_lines():
    lengths = sorted(node.end_lineno - node.lineno + 1 for path in our_files() for node in functions_of(path))
    assert lengths[len(lengths) // 2] < 10


def services():
    """Public functions of every services module of our apps."""
    return list(_services())


def _services():
    for path in sorted((ROOT / "kepu").rglob("*.py")):
        if "services" not in path.parts and path.stem != "services":
            continue
        if "tests" in path.parts:
            continue
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield pytest.param(node, id=f"{module}.{node.name}")


@pytest.mark.parametrize("service", services())
def test_a_service_takes_one_thing_and_then_keywords(service):
    assert len(service.args.posonlyargs) + len(service.args.args) <= 1
    assert service.args.kwarg is None, "no **data: the contract of a service is its signature"


@pytest.mark.parametrize("name", ["force", "commit", "skip_checks"])
def test_no_service_has_a_switch_that_turns_its_duties_off(name):
    found = [case.id for case in services() if name in {arg.arg for arg in case.values[0].args.kwonlyargs}]
    assert found == []


def test_the_ban_on_signals_has_no_exception():
    found = [path for path in our_files() if "django.dispatch" in path.read_text(encoding="utf-8")]
    assert found == []


def test_every_app_says_what_it_owns():
    silent = [
        config.name
        for config in apps.get_app_configs()
        if config.name.startswith("kepu.") and not inspect.getdoc(config.module)
    ]
    assert silent == []
