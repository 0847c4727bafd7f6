"""The examples of the pages on surveys print what the pages say."""

import doctest
import pathlib
import re

import pytest

PAGES = pathlib.Path(__file__).resolve().parents[3] / "docs" / "statistics"
NAMES = (
    "sample-size",
    "drawing",
    "weighting",
    "calibration",
    "replicates",
    "estimates",
    "unequal-probabilities",
    "intervals",
    "publication",
)


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_true(name):
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"```pycon\n(.*?)```", text, flags=re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, name, f"{name}.md", 0)
    assert test.examples
    told = []
    doctest.DocTestRunner().run(test, out=told.append)
    assert "".join(told) == ""
