"""Every row of the reference figures is compared somewhere, or said to be left out."""

import collections

from literacy_stats.survey.tests import golden

# The last part of a row's name, or its first where it stands alone, and where it is compared.
ESTIMATES = {
    "degf", "mean", "mean_deff_replace", "total", "cat_mean", "cat_total", "ratio", "vcov", "var", "by_stype_mean",
    "by_2way", "subset_E", "ttest", "by", "mean_fpc", "lonely",
}  # fmt: skip
INTERVALS = {"ciprop", "by_stype_ciprop", "quantile"}
CALIBRATED = {
    "postStratify", "rake", "trim", "calibrate_linear", "calibrate_raking", "calibrate_logit", "greg_api99",
    "greg_bounded_0",
}  # fmt: skip
UNEQUAL = {"election"}
REPLICATES = {"rep", "scd"}
# Regression and tests of tables are not part of this package.
LEFT_OUT = {"glm_logit", "chisq_F"}
ALONE = {"lonely", "election", "rep", "scd"}


def family(row):
    first, second = row.split(".")[:2]
    return first if first in ALONE else second


def test_every_row_is_compared_or_left_out_by_name():
    families = collections.Counter(family(row) for row in golden.references())
    assert set(families) == ESTIMATES | INTERVALS | CALIBRATED | UNEQUAL | REPLICATES | LEFT_OUT
    assert sum(families.values()) == 263
    assert sum(families[name] for name in LEFT_OUT) == 14
