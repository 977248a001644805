"""Every importer of the project keeps the contract with every input of its format."""

import re
from collections.abc import Iterable
from typing import Final

import pytest

from cmdb.model.catalogue import load_catalogue
from importers.base import Document, ReadOptions
from importers.conformance import Rule, Sample, check
from importers.registry import choose
from tests.importers.built_in import BUILT_IN
from tests.importers.calls import FIXTURE_CALLS, REAL_CALLS, Call

CATALOGUE = load_catalogue()
CANARY: Final = re.compile(rb"[\w.-]*canary[\w-]*", re.IGNORECASE)
"""What secrets are called in the fixtures."""
ALSO_SECRET: Final = {
    "aws": ("AKIA",),
    "backstage": ("hunter2",),
    "compose": ("astronomy_password", "changeit", "monitoring_password"),
    "kubernetes": ("fake_password",),
    "nmap": ("BEGIN CERTIFICATE", "OS:SCAN", "SF-Port80"),
    "sbom": ("CVE-2099", "creationInfo"),
    "terraform": ("AKIACANARY", "YourPwdShouldBeLongAndSecure"),
    "traces": ("SELECT 1", "select 1", "token=x"),
}
"""Further texts that must not come out, in the fixtures and in the real files."""
WITHOUT_SECRETS: Final = frozenset({"lldp"})
"""Formats that have no place for a secret."""
ROWS: Final = ("csv", "json", "ndjson")


def canaries(call: Call) -> tuple[str, ...]:
    found = {match.decode() for document in call.documents for match in CANARY.findall(content(document))}
    return (*sorted(found), *ALSO_SECRET.get(call.format, ()))


def content(document: Document) -> bytes:
    with document.open() as stream:
        return stream.read()


def sample(call: Call) -> Sample:
    return Sample(call.documents, ReadOptions(attribute_types=CATALOGUE.attribute_types), canaries(call))


def planted(calls: Iterable[Call]) -> set[str]:
    """The formats in whose inputs secrets are planted."""
    return {call.format for call in calls if len(canaries(call)) > len(ALSO_SECRET.get(call.format, ()))}


def test_every_format_has_inputs_and_every_one_that_can_has_secrets_in_them() -> None:
    assert {call.format for call in FIXTURE_CALLS} | {*ROWS} == BUILT_IN.keys()
    assert planted(FIXTURE_CALLS) == {call.format for call in FIXTURE_CALLS} - WITHOUT_SECRETS


@pytest.mark.parametrize("call", FIXTURE_CALLS, ids=str)
def test_the_contract_is_kept_with_each_fixture(call: Call) -> None:
    assert check(BUILT_IN[call.format], sample(call), CATALOGUE) == ()


@pytest.mark.parametrize("call", REAL_CALLS, ids=str)
def test_the_contract_is_kept_with_each_real_file(call: Call) -> None:
    if not call.is_there:
        pytest.skip(f"needs the real file {call} beside the repository")
    findings = check(BUILT_IN[call.format], sample(call), CATALOGUE)
    # spoiling large files in dozens of places takes long, and the fixtures are spoilt already
    assert [finding for finding in findings if finding.rule is not Rule.HOSTILITY] == []


@pytest.mark.parametrize("call", FIXTURE_CALLS, ids=str)
def test_each_fixture_is_recognised_without_being_named(call: Call) -> None:
    for document in call.documents:
        assert choose(document, None, tuple(BUILT_IN.values())).name == call.format
