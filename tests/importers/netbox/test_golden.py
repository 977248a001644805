from pathlib import Path

import pytest

from importers.base import Document, ReadOptions
from importers.netbox import NetBoxImporter
from tests.importers.netbox.inputs import FOLDER, REST, SINGLE, read
from tests.importers.readable import readable


@pytest.mark.parametrize("path", SINGLE, ids=[path.stem for path in SINGLE])
def test_each_file_gives_exactly_the_observations_written_beside_it(path: Path) -> None:
    assert readable(read(Document.at(path))) == path.with_suffix(".expected.txt").read_text("utf-8")


def test_pages_give_exactly_the_observations_written_beside_them() -> None:
    assert readable(read(*REST)) == (FOLDER / "rest.expected.txt").read_text("utf-8")


def test_the_scopes_told_are_those_of_the_records() -> None:
    told = {scope for document in REST for scope in NetBoxImporter().scopes(document, ReadOptions())}
    assert {str(scope) for scope in told} == {
        "netbox/default/dcim.cable",
        "netbox/default/dcim.device",
        "netbox/default/dcim.interface",
        "netbox/default/dcim.site",
        "netbox/default/virtualization.virtualmachine",
        "netbox/default/virtualization.vminterface",
    }
