"""How R reads a likelihood interval off a profile: coarse steps, a spline through them, straight lines along the spline.

Written from what the methods are, to show that nothing else lies between R's ends and the equation that we solve: a
logistic regression on a constant gives the start and, one step of its iterations late, the naive variance; the profile
is taken at steps of a fifth of the greatest deviate, in units of the design's error.
"""

import numpy as np
from scipy import stats


def reading(values, *, weights, scale, variance, deviate):
    """The two ends for values (n,) of 0 and 1 with weights (n,) of mean one; `scale` is that of R's dispersion."""
    number = len(values)
    share = weights @ values / weights.sum()
    start, naive = _late_regression(values, weights=weights * scale)
    error = np.sqrt(variance) / (share * (1 - share))
    cut = deviate * error / np.sqrt(naive)
    places, heights = _profile(share, start=start, error=error, cut=cut, number=number)
    fine = np.linspace(places[0], places[-1], 3 * len(places))
    ends = np.interp([-cut, cut], _spline(places, heights, at=fine), fine)
    return _expit(ends)


def _late_regression(values, *, weights):
    means = (weights * values + 0.5) / (weights + 1)
    predictor, before = np.log(means / (1 - means)), _deviance(values, means, weights=weights)
    while True:
        spread = means * (1 - means)
        naive = 1 / (weights * spread).sum()
        start = naive * (weights * (spread * predictor + values - means)).sum()
        predictor = np.full(len(values), start)
        means = _expit(predictor)
        after = _deviance(values, means, weights=weights)
        if abs(after - before) / (abs(after) + 0.1) < 1e-8:
            return start, naive
        before = after


def _deviance(values, means, *, weights):
    return -2 * (weights * (values * np.log(means) + (1 - values) * np.log(1 - means))).sum()


def _profile(share, *, start, error, cut, number):
    """Signed roots of the deviance over the dispersion, whose scale is that of the weights, at up to nine steps a side."""
    tail = stats.norm.cdf(-cut) / 2
    greatest = np.sqrt(stats.f.ppf(1 - tail, 1, number - 1))
    found = [(start, 0.0)]
    for sign in (-1, 1):
        for step in range(1, 10):
            place = start + sign * step * greatest / 5 * error
            end = _expit(place)
            divergence = share * np.log(share / end) + (1 - share) * np.log((1 - share) / (1 - end))
            found.append((place, sign * np.sqrt(2 * (number - 1) * divergence)))
            if abs(found[-1][1]) >= greatest:
                break
    return (np.array(column) for column in zip(*sorted(found), strict=True))


def _spline(x, y, *, at):
    """Forsythe, Malcolm and Moler's cubic spline: at each end the third derivative of the cubic through four points."""
    step, slope = np.diff(x), np.diff(y) / np.diff(x)
    matrix, right = np.zeros((len(x), len(x))), np.zeros(len(x))
    for i in range(1, len(x) - 1):
        matrix[i, i - 1 : i + 2] = step[i - 1], 2 * (step[i - 1] + step[i]), step[i]
        right[i] = slope[i] - slope[i - 1]
    second = np.diff(slope) / (x[2:] - x[:-2])
    third = np.diff(second) / (x[3:] - x[:-3])
    matrix[0, :2] = -step[0], step[0]
    matrix[-1, -2:] = step[-1], -step[-1]
    right[0], right[-1] = step[0] ** 2 * third[0], -(step[-1] ** 2) * third[-1]
    curve = np.linalg.solve(matrix, right)
    i = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    moved = at - x[i]
    rise = slope[i] - step[i] * (curve[i + 1] + 2 * curve[i])
    return y[i] + moved * (rise + moved * (3 * curve[i] + moved * (curve[i + 1] - curve[i]) / step[i]))


def _expit(log_odds):
    return 1 / (1 + np.exp(-log_odds))
