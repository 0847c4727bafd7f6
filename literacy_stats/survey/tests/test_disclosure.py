import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from literacy_stats.survey.disclosure import (
    Difference,
    DisclosureError,
    feasible_ranges,
    rounded_by_key,
    rounded_people,
    rounded_percentages,
    small_cells,
    small_differences,
    suppress,
    telling_cells,
)

TABLE = np.array([[20, 50, 10], [8, 19, 22], [17, 32, 12]])


def test_few_people_are_a_small_cell_and_nobody_is_not():
    assert small_cells([[0, 1, 9], [10, 11, 3]]).tolist() == [[False, True, True], [False, False, True]]


def test_a_small_cell_is_not_left_alone_in_its_row_or_column():
    safe = suppress(TABLE, primary=small_cells(TABLE), protection=8)
    assert safe.primary.sum() == 1
    assert safe.suppressed.sum() == 4
    assert np.all(safe.suppressed.sum(axis=0)[safe.suppressed.any(axis=0)] >= 2)
    assert np.isnan(safe.published[1, 0])
    assert safe.published[0, 1] == 50


def test_the_rectangle_that_withholds_fewest_people_is_taken():
    safe = suppress(TABLE, primary=small_cells(TABLE), protection=8)
    # The four rectangles through the cell of 8 withhold 89, 52, 68 and, by these three cells, 51 people more.
    withheld = set(zip(*np.nonzero(safe.complementary), strict=True))
    assert withheld == {(1, 2), (2, 0), (2, 2)}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 6), st.integers(3, 6))
def test_no_reader_can_work_a_small_cell_out(seed, rows, columns):
    counts = np.random.default_rng(seed).poisson(25, (rows, columns)) * np.random.default_rng(
        seed + 1
    ).choice([1, 1, 1, 0], (rows, columns))
    counts[0, 0] = 5
    try:
        safe = suppress(counts, primary=small_cells(counts), protection=6)
    except DisclosureError:
        assume(False)
    ranges = feasible_ranges(safe)
    small = safe.primary[np.nonzero(safe.suppressed)]
    assert np.all(np.diff(ranges[small], axis=1) >= 6 - 1e-6)
    truth = counts[np.nonzero(safe.suppressed)]
    assert np.all((ranges[:, 0] <= truth + 1e-6) & (truth <= ranges[:, 1] + 1e-6))


def test_a_table_in_which_nothing_can_hide_a_cell_is_refused():
    with pytest.raises(DisclosureError, match="row 0, column 0: merge"):
        suppress([[5, 100], [0, 100]], primary=[[True, False], [False, False]])


def test_one_withheld_cell_can_be_worked_out_and_the_check_sees_it():
    safe = suppress(TABLE, primary=np.zeros((3, 3), bool))
    alone = type(safe)(TABLE, small_cells(TABLE), np.zeros((3, 3), bool))
    assert feasible_ranges(alone) == pytest.approx(np.array([[8.0, 8.0]]))


def test_everybody_or_nobody_tells_on_all():
    assert telling_cells([12, 12, 12, 0], having=[0, 12, 5, 0]).tolist() == [True, True, False, False]


def test_more_literate_than_people_are_refused():
    with pytest.raises(DisclosureError, match="no more people"):
        telling_cells([3], having=[4])


def test_two_tables_whose_difference_is_a_few_people_are_found():
    counts = [40, 30, 3, 60]
    groups = [[1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1]]
    assert small_differences(groups, counts=counts) == (Difference(larger=0, smaller=1, people=3),)


def test_a_difference_of_enough_people_or_of_nobody_is_none():
    assert small_differences([[1, 1, 1], [1, 0, 1]], counts=[20, 10, 5]) == ()
    assert small_differences([[1, 1], [1, 0]], counts=[20, 0]) == ()


def test_groups_of_other_cells_are_refused():
    with pytest.raises(DisclosureError, match="cells that were counted"):
        small_differences([[1, 0]], counts=[1, 2, 3])


def test_figures_are_rounded_as_they_are_published():
    assert rounded_percentages([0.18512, 0.99999]).tolist() == [18.5, 100.0]
    assert rounded_people([1249.9, 1250, 49]).tolist() == [1200, 1300, 0]


def test_rounding_by_key_is_right_on_average_and_the_same_every_time():
    keys = np.random.default_rng(0).random(20_000)
    for count in (1, 7, 10, 13):
        rounded = rounded_by_key(np.full(20_000, count), keys=keys)
        assert set(rounded.tolist()) <= {count // 5 * 5, count // 5 * 5 + 5}
        assert rounded.mean() == pytest.approx(count, abs=0.07)
    assert rounded_by_key([13], keys=[0.3]).tolist() == rounded_by_key([13], keys=[0.3]).tolist() == [15]


@pytest.mark.parametrize("keys", [[1.0], [-0.1], [0.1, 0.2]])
def test_keys_that_are_none_are_refused(keys):
    with pytest.raises(DisclosureError, match="key"):
        rounded_by_key([3], keys=keys)


@pytest.mark.parametrize("counts", [[1.5], [-1]])
def test_counts_are_whole_numbers(counts):
    with pytest.raises(DisclosureError, match="whole numbers"):
        small_cells(counts)
