import copy
import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from literacy_stats.errors import MarginError, StatisticsError
from literacy_stats.survey.verdict import target_verdict
from literacy_stats.survey.volunteers import (
    PopulationMargins,
    PopulationTable,
    PropensitySample,
    ReferenceSample,
    VolunteerSample,
)

LEVELS = {"age": 4, "edu": 3}
PEOPLE = 200_000


def population(seed=0):
    rng = np.random.default_rng(seed)
    age, edu = rng.integers(0, 4, PEOPLE), rng.choice(3, PEOPLE, p=[0.5, 0.35, 0.15])
    line = -2 - 0.3 * age + 1.2 * edu
    return {"age": age, "edu": edu}, (rng.random(PEOPLE) < 1 / (1 + np.exp(-line))).astype(int)


def volunteers(columns, literate, *, tilt, seed=1, n=12_000):
    rng = np.random.default_rng(seed)
    eager = np.exp(0.7 * columns["edu"] - 0.35 * columns["age"] + tilt * literate)
    rows = rng.choice(PEOPLE, n, replace=False, p=eager / eager.sum())
    return VolunteerSample(
        outcomes=literate[rows], columns={name: codes[rows] for name, codes in columns.items()}, levels=LEVELS
    )


def references(columns, seed=2):
    rows = np.random.default_rng(seed).choice(PEOPLE, 3000, replace=False)
    drawn = {name: codes[rows] for name, codes in columns.items()}
    age, edu = np.unravel_index(np.arange(12), (4, 3))
    sizes = np.bincount(columns["age"] * 3 + columns["edu"], minlength=12)
    weights = np.full(3000, PEOPLE / 3000)
    return {
        "margins": PopulationMargins({name: np.bincount(codes) for name, codes in columns.items()}),
        "table": PopulationTable({"age": age, "edu": edu}, sizes),
        "doubly robust": ReferenceSample(drawn, weights),
        "propensity": PropensitySample(drawn, weights),
    }


def number(shown):
    return float(format(shown, ".10f"))


WAYS = ("margins", "table", "doubly robust", "propensity")


@pytest.mark.parametrize("way", WAYS)
def test_selection_by_covariates_alone_is_undone(way):
    columns, literate = population()
    sample = volunteers(columns, literate, tilt=0.0)
    assert sample.outcomes.mean() > literate.mean() + 0.08
    figure = sample.adjusted(reference=references(columns)[way])
    # References that are samples have an error of their own; volunteers choose by a product of effects, so raking is right.
    assert number(figure.shown().value) == pytest.approx(literate.mean(), abs=0.015)


@pytest.mark.parametrize("way", WAYS)
def test_selection_by_literacy_itself_is_not_undone_but_lies_in_the_band(way):
    columns, literate = population()
    figure = volunteers(columns, literate, tilt=0.6).adjusted(reference=references(columns)[way])
    assert number(figure.shown().value) > literate.mean() + 0.04
    assert number(figure.shown().lowest) < literate.mean() + 0.012
    assert number(figure.shown_at(0.6).value) == pytest.approx(literate.mean(), abs=0.015)


def test_a_higher_tilt_gives_a_lower_figure():
    columns, literate = population()
    figure = volunteers(columns, literate, tilt=0.0).adjusted(reference=references(columns)["table"])
    values = [number(figure.shown_at(tilt).value) for tilt in (-0.6, -0.3, 0.0, 0.3, 0.6)]
    assert values == sorted(values, reverse=True)


def test_fractional_literacy_counts_as_its_parts():
    columns, literate = population()
    sample = volunteers(columns, literate, tilt=0.0)
    doubled = VolunteerSample(
        outcomes=np.full(len(sample.outcomes), sample.outcomes.mean()), columns=sample.columns, levels=LEVELS
    )
    figure = doubled.adjusted(reference=references(columns)["margins"])
    assert number(figure.shown().value) == pytest.approx(sample.outcomes.mean())


@pytest.fixture(scope="module")
def figure():
    columns, literate = population()
    return volunteers(columns, literate, tilt=0.0).adjusted(reference=references(columns)["table"])


def test_volunteers_have_no_estimate():
    assert not hasattr(VolunteerSample, "estimate")
    assert not hasattr(VolunteerSample, "mean")


@pytest.mark.parametrize("part", ["whole", "value", "lowest", "tuple"])
def test_no_part_of_a_figure_from_volunteers_can_be_judged_by_a_target(figure, part):
    shown = figure.shown()
    parts = {"whole": figure, "value": shown.value, "lowest": shown.lowest, "tuple": shown}
    with pytest.raises(TypeError, match="probability sample"):
        target_verdict(parts[part], 0.01, 0.185, df=30)


@pytest.mark.slow
def test_the_type_checker_refuses_it_too(tmp_path):
    script = tmp_path / "asks.py"
    script.write_text(
        "from literacy_stats.survey.verdict import target_verdict\n"
        "from literacy_stats.survey.volunteers import VolunteerFigure\n"
        "def judge(figure: VolunteerFigure) -> None:\n"
        "    target_verdict(figure, 0.01, 0.185, df=30)\n"
        "    target_verdict(figure.shown().value, 0.01, 0.185, df=30)\n"
        "    figure.flag = 'a sample'\n"
    )
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nfollow_imports = silent\nignore_missing_imports = True\n")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--config-file",
            str(config),
            "--cache-dir",
            str(tmp_path),
            str(script),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    refused = {
        line.split(":")[1] for line in done.stdout.splitlines() if "asks.py" in line and ": error:" in line
    }
    assert refused == {"4", "5", "6"}, done.stdout


def test_the_flag_is_there_and_cannot_be_taken_off(figure):
    assert figure.flag == figure.shown().flag == "not a probability sample"
    for change in (
        lambda: setattr(figure, "flag", ""),
        lambda: delattr(figure, "flag"),
        lambda: setattr(figure, "n", 3),
    ):
        with pytest.raises((AttributeError, TypeError)):
            change()
    assert copy.copy(figure).flag == "not a probability sample"
    assert dataclasses.replace(figure, n=5).flag == "not a probability sample"


def test_whatever_is_printed_says_so(figure):
    assert "not a probability sample" in str(figure)
    assert "not a probability sample" in repr(figure)
    assert "not a probability sample" in str(figure.shown().value)


@pytest.mark.parametrize(
    "convert", [float, int, lambda value: value + 1, lambda value: value * 100, np.float64]
)
def test_its_numbers_are_not_to_compute_with(figure, convert):
    with pytest.raises(TypeError):
        convert(figure.shown().value)


def test_a_tilt_that_was_not_worked_out_is_refused(figure):
    with pytest.raises(StatisticsError, match=r"tilts -0\.6, -0\.3, 0, 0\.3, 0\.6"):
        figure.shown_at(1.0)


def test_margins_the_volunteers_cannot_meet_name_the_category():
    sample = VolunteerSample(outcomes=[0, 1, 0, 1], columns={"age": [0, 1, 1, 0]}, levels={"age": 4})
    with pytest.raises(MarginError, match="age"):
        sample.adjusted(reference=PopulationMargins({"age": [10, 10, 10, 10]}))


def test_volunteers_unlike_anybody_in_the_reference_are_refused():
    sample = VolunteerSample(outcomes=[0, 1, 0, 1], columns={"age": [1, 1, 1, 0]}, levels={"age": 2})
    with pytest.raises(StatisticsError, match="overlap"):
        sample.adjusted(reference=ReferenceSample({"age": [0, 0, 0]}, [100, 100, 100]))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"outcomes": [0, 2]}, "between 0 and 1"),
        ({"columns": {"age": [0, 4]}}, "codes below 4"),
        ({"columns": {"edu": [0, 1]}}, "number of levels"),
        ({"columns": {"age": [0]}}, "2 codes"),
    ],
)
def test_columns_that_do_not_fit_are_refused(changed, message):
    asked = {"outcomes": [0, 1], "columns": {"age": [0, 1]}, "levels": {"age": 4}} | changed
    with pytest.raises(StatisticsError, match=message):
        VolunteerSample(**asked)
