import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy_stats.adaptive import BankError, Blueprint


def test_the_published_shares_give_whole_items():
    assert Blueprint.from_shares((40, 20, 20, 20), length=20).counts == (8, 4, 4, 4)


def test_what_does_not_divide_goes_to_the_largest_remainders():
    assert Blueprint.from_shares((40, 20, 20, 20), length=12).counts == (5, 3, 2, 2)


@given(st.lists(st.integers(0, 15), min_size=1, max_size=6).filter(sum))
def test_every_beginning_of_a_test_is_balanced_to_the_item_and_the_whole_is_exact(counts):
    blueprint = Blueprint(tuple(counts))
    given_so_far = np.cumsum(np.eye(len(counts))[list(blueprint.sequence)], axis=0)
    share = np.outer(np.arange(1, blueprint.length + 1), counts) / sum(counts)
    assert np.abs(given_so_far - share).max() < 1
    assert given_so_far[-1].tolist() == counts


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=6).filter(lambda shares: sum(shares) > 1),
    st.integers(1, 60),
)
def test_shares_of_any_unit_are_met_within_one_item(shares, length):
    counts = Blueprint.from_shares(shares, length=length).counts
    assert sum(counts) == length
    assert np.abs(np.array(counts) - length * np.array(shares) / sum(shares)).max() < 1 + 1e-6


@pytest.mark.parametrize("counts", [(), (0, 0), (3, -1)])
def test_a_blueprint_of_nothing_is_refused(counts):
    with pytest.raises(BankError, match="counts"):
        Blueprint(counts)


def test_shares_of_nothing_are_refused():
    with pytest.raises(BankError, match="shares"):
        Blueprint.from_shares((0, 0), length=10)
