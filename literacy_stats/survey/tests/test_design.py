"""A design is made of labels of any kind, and one that contradicts itself is not made."""

import numpy as np
import pytest

from literacy_stats.errors import DesignError
from literacy_stats.survey.design import Calibration, Design, Stage, collapse_strata

ROWS = {
    "strata": ["城", "城", "乡", "乡", "乡"],
    "clusters": [1, 2, 1, 1, 2],
}


def test_labels_become_codes_and_a_label_in_two_strata_means_two_clusters():
    design = Design.from_columns(np.ones(5), **ROWS)
    assert (design.n, design.stratum_count, design.cluster_count) == (5, 2, 4)
    assert design.degrees_of_freedom == 2
    assert sorted(design.clusters_per_stratum.tolist()) == [2, 2]
    assert design.clusters[2] == design.clusters[3] != design.clusters[0]
    assert design.cluster_strata[design.clusters].tolist() == design.strata.tolist()


def test_without_labels_every_row_is_a_cluster_of_one_stratum():
    design = Design.from_columns(np.ones(3))
    assert design.clusters.tolist() == [0, 1, 2]
    assert design.strata.tolist() == [0, 0, 0]


def test_populations_are_read_from_columns():
    design = Design.from_columns(
        np.ones(5),
        **ROWS,
        stratum_population=[30, 30, 20, 20, 20],
        second_stage_units=[1, 1, 1, 2, 1],
        second_stage_population=[9, 8, 7, 7, 6],
    )
    assert design.stratum_population[design.strata].tolist() == [30, 30, 20, 20, 20]
    assert design.second_stage.population[design.clusters].tolist() == [9, 8, 7, 7, 6]
    assert len(set(design.second_stage.units.tolist())) == 5


def test_nothing_of_a_design_can_be_changed_afterwards():
    weights = np.ones(3)
    design = Design.from_columns(weights)
    weights[0] = 7
    assert design.weights[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        design.weights[0] = 7
    with pytest.raises(AttributeError):
        design.weights = weights


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"weights": []}, "at least one row"),
        ({"weights": [1, -1]}, "not negative"),
        ({"weights": [0, 0]}, "not all zero"),
        ({"weights": [1, np.nan]}, "finite"),
        ({"weights": [1, 1], "strata": ["城"]}, "beside 2 weights"),
        ({"weights": [1, 1], "stratum_population": [5]}, "population column"),
        ({"weights": [1, 1], "stratum_population": [5, 6]}, "within a stratum"),
        ({"weights": [1, 1], "stratum_population": [1, 1]}, "fewer clusters"),
        ({"weights": [1, 1], "second_stage_population": [3, 3]}, "population of clusters is known"),
        (
            {"weights": [1, 1], "stratum_population": [5, 5], "second_stage_population": [0, 3]},
            "fewer second-stage units",
        ),
    ],
)
def test_columns_that_contradict_each_other_are_refused(columns, message):
    weights = columns.pop("weights")
    with pytest.raises(DesignError, match=message):
        Design.from_columns(weights, **columns)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"strata": [0, 1, 1], "clusters": [0, 0, 1]}, "two strata"),
        ({"strata": [0, 2, 2], "clusters": [0, 1, 2]}, "without a gap"),
        ({"strata": [0, 0], "clusters": [0, 1, 2]}, "one entry per row"),
        ({"strata": [0, 0, 0], "clusters": [0, 1, 2], "stratum_population": [5, 5]}, "one entry per stratum"),
    ],
)
def test_codes_that_contradict_each_other_are_refused(parts, message):
    with pytest.raises(DesignError, match=message):
        Design(np.ones(3), **parts)


def test_a_second_stage_unit_lies_in_one_cluster():
    stage = Stage(units=[0, 0, 1], population=[5, 5])
    with pytest.raises(DesignError, match="two clusters"):
        Design(np.ones(3), strata=[0, 0, 0], clusters=[0, 1, 1], stratum_population=[9], second_stage=stage)


def test_other_weights_and_calibration_keep_the_sample():
    design = Design.from_columns(np.ones(5), **ROWS)
    heavier = design.with_weights(np.full(5, 2.0))
    assert heavier.clusters.tolist() == design.clusters.tolist()
    assert heavier.weights.sum() == 10
    calibrated = design.calibrated(np.full(5, 3.0), auxiliaries=np.ones((5, 1)))
    assert calibrated.calibration.base_weights.tolist() == design.weights.tolist()
    with pytest.raises(DesignError, match="other rows"):
        Design(
            np.ones(2),
            strata=[0, 0],
            clusters=[0, 1],
            calibration=Calibration(auxiliaries=np.ones((3, 1)), base_weights=np.ones(3)),
        )


def test_merged_strata_hold_the_clusters_of_both():
    design = Design.from_columns(np.ones(5), **ROWS, stratum_population=[30, 30, 20, 20, 20])
    merged = collapse_strata(design, into=["全区", "全区"])
    assert merged.stratum_population.tolist() == [50]
    assert merged.degrees_of_freedom == 3
    with pytest.raises(DesignError, match="labels for 2 strata"):
        collapse_strata(design, into=["全区"])
