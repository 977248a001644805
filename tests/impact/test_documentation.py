"""The examples in the docstrings and in the page of the mathematics run."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import impact

MODULES = sorted(module.name for module in pkgutil.iter_modules(impact.__path__, "impact."))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_examples_of_the_page_run() -> None:
    page = Path(impact.__path__[0]) / "README.md"
    outcome = doctest.testfile(str(page), module_relative=False)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_every_public_name_is_there_and_described() -> None:
    assert impact.__all__ == sorted(impact.__all__)
    for name in set(impact.__all__) - {"ALONE"}:
        assert getattr(impact, name).__doc__, name
