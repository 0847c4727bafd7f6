"""The examples of the page on adaptive tests print what the page says."""

import doctest
import pathlib
import re

import pytest

PAGES = pathlib.Path(__file__).resolve().parents[3] / "docs" / "statistics"


@pytest.mark.parametrize("name", ["adaptive-tests"])
def test_examples_are_true(name):
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"```pycon\n(.*?)```", text, flags=re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, name, f"{name}.md", 0)
    told = []
    doctest.DocTestRunner().run(test, out=told.append)
    assert test.examples
    assert "".join(told) == ""
