"""Weighted sums by domain in the full sample and in every replicate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from literacy_stats.survey.cells import pair_codes
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.replicated import ReplicatedWeighting, Rescorer
from literacy_stats.survey.replicates import spans
from literacy_stats.survey.sums import SparseArray, indicator, sparse_matrix

# Numbers in one table of sums, and in one table of rows for those who are scored anew: about 16 MB.
_TABLE = 2_000_000


def domain_sums(
    values: Sequence[FloatArray], *, domains: IntArray, sample: ReplicatedWeighting
) -> FloatArray:
    """(R + 1, V, D) weighted sums of V columns of values (n,) over rows of each domain code (n,); -1 is in none.

    Row 0 is the full sample. Every code 0..D-1 occurs.
    """
    sums = np.empty((sample.replicates.count + 1, len(values), int(domains.max()) + 1))
    for start, stop, block in sum_blocks(values, domains=domains, sample=sample):
        sums[start:stop] = block.transpose(2, 0, 1)
    return sums


def sum_blocks(
    values: Sequence[FloatArray], *, domains: IntArray, sample: ReplicatedWeighting
) -> Iterator[tuple[int, int, FloatArray]]:
    """Start, stop and (V, D, stop - start) sums of consecutive replicates, the full sample first."""
    pairs = _Pairs.of(values, domains=domains, sample=sample)
    narrow = max(1, _TABLE // (len(values) * len(pairs.cells)))
    for first, last in sample.blocks():
        factors = sample.factors(first, stop=last)
        for offset, end in spans(last - first, width=narrow):
            multipliers = sample.multipliers(first + offset, stop=first + end)
            sums = sample.kernels.product(pairs.sums, multipliers).reshape(len(values), len(pairs.cells), -1)
            sums *= factors[pairs.cells, offset:end]
            yield first + offset, first + end, np.add.reduceat(sums, pairs.starts, axis=1)


def rescored_sums(rescorer: Rescorer, *, domains: IntArray, sample: ReplicatedWeighting) -> FloatArray:
    """(R + 1, 2, D) sums of weights, and of weights times the values that the rescorer finds under these weights."""
    count = int(domains.max()) + 1
    members = indicator(domains, count=count)
    sums = np.empty((sample.replicates.count + 1, 2, count))
    for start, stop in spans(len(sums), width=max(1, _TABLE // len(domains))):
        weights = sample.row_weights(start, stop=stop)
        scores = rescorer(weights)
        sums[start:stop, 0] = (members @ weights).T
        sums[start:stop, 1] = (members @ (weights * scores)).T
    return sums


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of a domain and a cell, in the order of domains.

    sums: (V * Q, U) base-weighted sums of the values. cells: (Q,). starts: (D,) first pair of each domain.
    """

    sums: SparseArray
    cells: IntArray
    starts: IntArray

    @classmethod
    def of(cls, values: Sequence[FloatArray], *, domains: IntArray, sample: ReplicatedWeighting) -> "_Pairs":
        rows = np.flatnonzero((domains >= 0) & (sample.weights != 0))
        inside = domains[rows]
        pairs = pair_codes(inside, sample.cells.codes[rows])
        units = sample.replicates.units
        entries = pair_codes(pairs.codes, units[rows])
        sums = [
            np.bincount(
                entries.codes, weights=sample.weighting.base[rows] * column[rows], minlength=entries.count
            )
            for column in values
        ]
        places = pairs.codes[entries.representatives]
        return cls(
            sums=sparse_matrix(
                np.concatenate(sums),
                rows=np.concatenate([places + pairs.count * number for number in range(len(values))]),
                columns=np.tile(units[rows][entries.representatives], len(values)),
                shape=(pairs.count * len(values), int(units.max()) + 1),
            ),
            cells=sample.cells.codes[rows][pairs.representatives],
            starts=np.searchsorted(inside[pairs.representatives], np.arange(int(domains.max()) + 1)),
        )
