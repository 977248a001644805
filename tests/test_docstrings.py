"""Every example in a docstring runs and says what is printed below it."""

import doctest
import importlib

import pytest

from tests.test_shape import module_names


@pytest.mark.parametrize("name", module_names())
def test_the_examples_of_a_module_hold(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0
