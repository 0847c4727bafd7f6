"""Weighted sums by domain in the full sample and in every replicate."""

from collections.abc import Iterator, Sequence

import numpy as np

from literacy_stats.survey.cells import cell_sums, pair_codes
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.engines import DomainTables
from literacy_stats.survey.replicated import ReplicatedWeighting, Rescorer
from literacy_stats.survey.replicates import spans
from literacy_stats.survey.sums import indicator, sparse_matrix

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
    tables = _tables(values, domains=domains, sample=sample)
    narrow = max(1, _TABLE // (len(values) * len(tables.cells)))
    for first, last in sample.blocks():
        factors = sample.factors(first, stop=last)
        for offset, end in spans(last - first, width=narrow):
            multipliers = sample.multipliers(first + offset, stop=first + end)
            yield (
                first + offset,
                first + end,
                sample.kernels.domain_sums(tables, multipliers, factors[:, offset:end]),
            )


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


def _tables(values: Sequence[FloatArray], *, domains: IntArray, sample: ReplicatedWeighting) -> DomainTables:
    rows = np.flatnonzero((domains >= 0) & (sample.weights != 0))
    inside, cells, units = domains[rows], sample.cells.codes[rows], sample.replicates.units[rows]
    pairs = pair_codes(inside, cells)
    entries = pair_codes(pairs.codes, units)
    places = pairs.codes[entries.representatives]
    sums = [cell_sums(sample.weighting.base[rows] * column[rows], cells=entries) for column in values]
    return DomainTables(
        sums=sparse_matrix(
            np.concatenate(sums),
            rows=np.concatenate([places + pairs.count * number for number in range(len(values))]),
            columns=np.tile(units[entries.representatives], len(values)),
            shape=(pairs.count * len(values), int(sample.replicates.units.max()) + 1),
        ),
        cells=cells[pairs.representatives],
        starts=np.searchsorted(inside[pairs.representatives], np.arange(int(domains.max()) + 1)),
        columns=len(values),
    )
