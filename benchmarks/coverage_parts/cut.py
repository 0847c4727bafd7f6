"""Is the proportion at the cut right? Adaptive tests of people whose abilities are known, scored four ways.

Three groups of different ability; the cut is where 18.5 % of all people are above it. The way to use is the latent
regression fitted to the wave; the others show what goes wrong without it.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

import numpy as np

from benchmarks.coverage_parts import Part
from literacy_stats.adaptive import (
    AdaptiveTest,
    Blueprint,
    ItemBank,
    Randomesque,
    SimulationReport,
    StoppingRule,
    compile_test,
    prepare_test,
    simulate,
)
from literacy_stats.irt import (
    ItemParameters,
    fit_latent_regression,
    fractional_literacy,
    latent_sample,
)
from literacy_stats.irt.cut import weights_above

SHARE = 0.185
GROUP_SHARES = np.array([0.4, 0.4, 0.2])
GROUP_MEANS = np.array([-0.46, 0.04, 0.84])
OVERALL_LIMIT, GROUP_LIMIT = 0.15, 0.3
JUDGED_LENGTH = 12
_ITEMS = 240
_BLOCK = 25_000


@dataclass(frozen=True)
class People:
    """Abilities and groups of one block of respondents."""

    abilities: np.ndarray
    groups: np.ndarray


def run(*, blocks: int = 12, lengths: tuple[int, ...] = (12,), seed: int = 7) -> Part:
    """Bias in points of a percentage, overall and by group, over all blocks of 25,000 people."""
    table = ["items | way | all | group 1 | group 2 | group 3"]
    figures: dict[str, float] = {}
    failures: list[str] = []
    cut = _cut()
    bank = _bank(np.random.default_rng(seed))
    for length in lengths:
        biases = _biases(bank, length=length, cut=cut, blocks=blocks, seed=seed)
        for way, bias in biases.items():
            table.append(f"{length} | {way} | " + " | ".join(f"{value:+.2f}" for value in bias))
        right = biases["latent regression"]
        figures[f"bias overall, {length} items"] = float(abs(right[0]))
        figures[f"largest bias of a group, {length} items"] = float(np.abs(right[1:]).max())
        if length == JUDGED_LENGTH:
            failures = _failures(right)
    return Part(f"Bias at the cut, {blocks * _BLOCK} people", table, figures, failures)


def _biases(bank: ItemBank, *, length: int, cut: float, blocks: int, seed: int) -> dict[str, np.ndarray]:
    test = prepare_test(
        bank,
        blueprint=Blueprint.from_shares((40, 20, 20, 20), length=length),
        stopping=StoppingRule(),
        exposure=Randomesque(5),
    )
    if importlib.util.find_spec("numba") is not None:
        test = compile_test(test)
    parts = [
        _block(test, cut=cut, generator=np.random.default_rng([seed, length, number]))
        for number in range(blocks)
    ]
    return {way: np.mean([part[way] for part in parts], axis=0) for way in parts[0]}


def _block(test: AdaptiveTest, *, cut: float, generator: np.random.Generator) -> dict[str, np.ndarray]:
    people = _people(generator)
    report = simulate(test, abilities=people.abilities, generator=generator)
    responses = _responses(report, items=len(test.bank))
    truth = people.abilities >= cut
    indicators = (people.groups[:, None] == np.arange(3)).astype(float)
    found = {
        "cut of the posterior mean": (report.estimates >= cut).astype(float),
        "chance above the cut, one prior for all": _fractional(
            responses, test=test, cut=cut, covariates=np.ones((len(truth), 1))
        ),
        "latent regression": _fractional(responses, test=test, cut=cut, covariates=indicators),
    }
    return {way: _bias(share, truth=truth, groups=people.groups) for way, share in found.items()}


def _fractional(
    responses: np.ndarray, *, test: AdaptiveTest, cut: float, covariates: np.ndarray
) -> np.ndarray:
    sample = latent_sample(responses, items=test.bank.parameters, covariates=covariates)
    fit = fit_latent_regression(sample, weights=np.ones(len(responses)))
    return fractional_literacy(sample, fit=fit, pass_probabilities=weights_above(cut, nodes=sample.nodes))


def _bias(share: np.ndarray, *, truth: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Points of a percentage: all, then each group."""
    gap = 100 * (share - truth)
    return np.array([gap.mean(), *(gap[groups == group].mean() for group in range(3))])


def _failures(bias: np.ndarray) -> list[str]:
    failures = []
    if abs(bias[0]) > OVERALL_LIMIT:
        failures.append(f"the proportion at the cut is off by {bias[0]:+.2f} points overall")
    worst = bias[1:][np.abs(bias[1:]).argmax()]
    if abs(worst) > GROUP_LIMIT:
        failures.append(f"the proportion at the cut is off by {worst:+.2f} points in a group")
    return failures


def _responses(report: SimulationReport, *, items: int) -> np.ndarray:
    """(N, J) 0 and 1, NaN where an item was not given."""
    responses = np.full((len(report.abilities), items), np.nan, dtype=np.float32)
    np.put_along_axis(responses, report.items, report.answers.astype(np.float32), axis=1)
    return responses


def _people(generator: np.random.Generator) -> People:
    groups = generator.choice(3, _BLOCK, p=GROUP_SHARES)
    return People(GROUP_MEANS[groups] + _within() * generator.standard_normal(_BLOCK), groups)


def _within() -> float:
    """The deviation within groups that makes the whole population's 1."""
    mean = GROUP_SHARES @ GROUP_MEANS
    return float(np.sqrt(1 - GROUP_SHARES @ (GROUP_MEANS - mean) ** 2))


def _cut() -> float:
    """The ability that 18.5 % of a very large population reach."""
    generator = np.random.default_rng(0)
    groups = generator.choice(3, 4_000_000, p=GROUP_SHARES)
    return float(
        np.quantile(GROUP_MEANS[groups] + _within() * generator.standard_normal(4_000_000), 1 - SHARE)
    )


def _bank(generator: np.random.Generator) -> ItemBank:
    parameters = ItemParameters.dichotomous(
        slopes=generator.lognormal(0.15, 0.3, _ITEMS).clip(0.5, 2.5),
        difficulties=generator.normal(0, 1.1, _ITEMS),
        guessing=generator.beta(5, 20, _ITEMS).clip(0, 0.35),
    )
    return ItemBank(parameters, generator.permutation(np.repeat([0, 0, 1, 2, 3], _ITEMS // 5)))
