"""A made-up district of 840,000 people in 21 townships and 828 villages, and samples of it; the seed makes them all.

Education falls with age, literacy rises with education, and people with more education answer more often.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

POPULATION = 840_000
TOWNSHIPS = 21
AGES = [0.08, 0.16, 0.2, 0.2, 0.2, 0.16]
EDUCATION_BY_AGE = np.array(
    [
        [0.05, 0.20, 0.35, 0.20, 0.20],
        [0.06, 0.24, 0.30, 0.20, 0.20],
        [0.10, 0.35, 0.28, 0.15, 0.12],
        [0.20, 0.42, 0.24, 0.09, 0.05],
        [0.35, 0.42, 0.17, 0.04, 0.02],
        [0.55, 0.33, 0.09, 0.02, 0.01],
    ]
)
AGE_EFFECTS = np.array([0.3, 0.25, 0.1, -0.1, -0.3, -0.5])
EDUCATION_EFFECTS = np.array([-1.0, -0.1, 0.8, 1.7, 2.5])
MARGINS = ("town", "sex", "age", "edu", "urban")


@dataclass(frozen=True)
class People:
    """Columns of codes, one entry per person."""

    town: np.ndarray
    urban: np.ndarray
    sex: np.ndarray
    age: np.ndarray
    edu: np.ndarray
    village: np.ndarray
    literate: np.ndarray

    def take(self, rows):
        return People(**{name: column[rows] for name, column in vars(self).items()})


@functools.cache
def district():
    # The order of the draws is part of the data: another order is another district.
    generator = np.random.default_rng(20261123)
    sizes = generator.dirichlet(np.ones(TOWNSHIPS) * 4)
    town = generator.choice(TOWNSHIPS, POPULATION, p=sizes)
    urban_shares = np.clip(generator.beta(2, 2, TOWNSHIPS), 0.1, 0.95)
    urban = (generator.random(POPULATION) < urban_shares[town]).astype(int)
    sex = generator.integers(0, 2, POPULATION)
    age = generator.choice(6, POPULATION, p=AGES)
    upto = EDUCATION_BY_AGE.cumsum(axis=1)
    edu = (generator.random(POPULATION)[:, None] > upto[age]).sum(axis=1).clip(0, 4)
    township_effects = generator.normal(0, 0.25, TOWNSHIPS)
    village, villages = _villages(town, sizes=sizes, generator=generator)
    village_effects = generator.normal(0, 0.35, villages)
    log_odds = -2.4 + township_effects[town] + 0.35 * urban + 0.12 * (sex == 0)
    log_odds = log_odds + AGE_EFFECTS[age] + EDUCATION_EFFECTS[edu] + village_effects[village]
    literate = (generator.random(POPULATION) < 1 / (1 + np.exp(-log_odds))).astype(int)
    return People(town, urban, sex, age, edu, village, literate)


def _villages(town, *, sizes, generator):
    village = np.zeros(len(town), dtype=int)
    villages = 0
    for code in range(TOWNSHIPS):
        rows = np.flatnonzero(town == code)
        count = min(max(4, int(40 * sizes[code] * TOWNSHIPS)), max(4, len(rows) // 400))
        village[rows] = villages + generator.integers(0, count, len(rows))
        villages += count
    return village, villages


@functools.cache
def drawn(n):
    """A sample of n people and their weights."""
    people = district()
    generator = np.random.default_rng(n)
    eager = 0.35 * (people.edu - 2) + 0.15 * (people.sex == 1) + 0.2 * people.urban - 0.08 * people.age
    chances = np.exp(eager)
    rows = generator.choice(POPULATION, n, replace=n > POPULATION / 2, p=chances / chances.sum())
    weights = POPULATION / n * np.exp(generator.normal(0, 0.25, n))
    return people.take(rows), weights


def totals_of(name):
    return np.bincount(getattr(district(), name)).astype(float)


def groups_of(people):
    """Twenty groups of age and education."""
    return np.minimum(people.age, 3) * 5 + people.edu
