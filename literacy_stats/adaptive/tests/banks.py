"""Banks and tests that several test files use."""

import numpy as np

from literacy_stats.adaptive import Blueprint, ItemBank, Randomesque, StoppingRule, prepare_test
from literacy_stats.irt.items import ItemParameters


def drawn_bank(count=200, *, seed=0, enemies=(), areas=None):
    rng = np.random.default_rng(seed)
    parameters = ItemParameters.dichotomous(
        slopes=rng.lognormal(0.15, 0.3, count).clip(0.5, 2.5),
        difficulties=rng.normal(0, 1.1, count),
        guessing=rng.beta(5, 20, count).clip(0, 0.35),
    )
    codes = np.arange(count) % 4 if areas is None else areas
    return ItemBank(parameters, codes, enemies)


def drawn_test(*, bank=None, length=20, stopping=None, exposure=None):
    return prepare_test(
        drawn_bank() if bank is None else bank,
        blueprint=Blueprint.from_shares((40, 20, 20, 20), length=length),
        stopping=stopping or StoppingRule(),
        exposure=exposure or Randomesque(5),
    )
