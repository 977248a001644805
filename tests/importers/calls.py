"""Calls of ``cmdb import`` as users make them: the files that they give together, fixtures and real ones."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from importers.base import Document, ReadOptions
from tests.importers.sources import FIXTURES, REAL_FILES

_EXPECTED: Final = ".expected.txt"
_NOTHING: Final = frozenset({"broken01"})
"""Files of no format at all, which are there to be told as such."""
_NO_OPTIONS: Final = ReadOptions()
_DEMO: Final = "compose/opentelemetry-demo"


@dataclass(frozen=True, slots=True)
class Call:
    """The files of one call, all of one format, by their paths under a folder; a folder stands for all in it."""

    format: str
    paths: tuple[str, ...]
    options: ReadOptions = _NO_OPTIONS
    folder: Path = REAL_FILES

    def __str__(self) -> str:
        """The first path, and the names of further files: ``nmap/full_sudo6.xml os_scan6.xml``."""
        return " ".join((self.paths[0], *(path.rpartition("/")[2] for path in self.paths[1:])))

    @property
    def documents(self) -> tuple[Document, ...]:
        """The files in the order of the paths, those of a folder by name."""
        found = [file for path in self.paths for file in _files(self.folder / path)]
        return tuple(Document.at(file) for file in found)

    @property
    def is_there(self) -> bool:
        """Whether the files are on this machine."""
        return all((self.folder / path).exists() for path in self.paths)


def _files(path: Path) -> list[Path]:
    inside = [file for file in sorted(path.rglob("*")) if file.is_file()] if path.is_dir() else [path]
    return [file for file in inside if not file.name.endswith("expected.txt") and file.name not in _NOTHING]


def _fixtures() -> tuple[Call, ...]:
    """Each file of a format is a call and so is each folder, but for facts, which are read with an inventory."""
    found = []
    for format_ in sorted(path for path in FIXTURES.iterdir() if path.name != "together"):
        for path in sorted(format_.iterdir()):
            if path.name.endswith(_EXPECTED) or path.name == "facts":
                continue
            more = (f"{format_.name}/facts",) if path.name == "production.ini" else ()
            found.append(Call(format_.name, (f"{format_.name}/{path.name}", *more), folder=FIXTURES))
    return tuple(found)


FIXTURE_CALLS: Final = _fixtures()
"""The hand-written inputs of every format."""

_ALONE: Final = {
    "kubernetes": ["kubernetes/online-boutique.yaml", "kubernetes/sock-shop.yaml"],
    "compose": [f"compose/{name}" for name in ("sock-shop.yml", "robot-shop.yaml", "hotel-reservation.yml",
                                               "media-microservices.yml")],
    "terraform": [
        "terraform/sock-shop-v3.tfstate", "terraform/driftctl/aws_s3_full/terraform.tfstate",
        "terraform/driftctl/aws_lb_listener/terraform.tfstate", "terraform/driftctl/v4/valid.tfstate",
        "terraform/inframap-aws-cyclic.json", "terraform/inframap-openstack-lb.json",
        "terraform/inframap-azure.tfstate", "terraform/infracost-state.json",
        "terraform/terraform-json/basic/plan.json", "terraform/terraform-json/has_changes/plan.json",
        "terraform/terraform-json/110_sensitive_values/plan.json",
        "terraform/terraform-json/110_sensitive_values/state.json",
    ],
    "aws": ["aws/batfish-us-west-2", "aws/cloudmapper-demo"],
    "lldp": ["network/batfish-layer1.json"],
    "nmap": ["nmap/2_hosts_version.xml"],
    "sbom": ["sbom/laravel-1.4.json", "sbom/apigateway-saasbom.json"],
    "backstage": ["backstage"],
    "servicenow": ["servicenow/cmdb-instance-shape.json"],
}  # fmt: skip
DEMO: Final = tuple(
    Call("compose", (*(f"{_DEMO}/{name}" for name in files), f"{_DEMO}/.env"))
    for files in (
        ("compose.yaml",),
        ("compose.yaml", "compose.full.yaml"),
        ("compose.yaml", "compose.observability.yaml"),
        ("compose.yaml", "compose.full.yaml", "compose.observability.yaml"),
    )
)
"""The combinations of one project: each says what the whole project is, so only one of them can be true at a time."""
SCANS: Final = tuple(Call("nmap", (f"nmap/{name}",)) for name in ("full_sudo6.xml", "os_scan6.xml"))
"""Two scans of one network, at different times."""
REFUSED: Final = tuple(
    Call(format_, (path,))
    for format_, path in (
        ("terraform", "terraform/driftctl/v4/invalid.tfstate"),
        ("terraform", "terraform/driftctl/v4/invalid_version.tfstate"),
        ("terraform", "terraform/driftctl/v4/unsupported_version.tfstate"),
        ("nmap", "nmap/defused_et_included.xml"),
        ("nmap", "nmap/defused_et_local_includer.xml"),
    )
)
"""Files that are refused as a whole."""
ESTATES: Final = (
    *(Call(format_, (path,)) for format_, paths in _ALONE.items() for path in paths),
    DEMO[-1],
    Call("nmap", (*SCANS[0].paths, *SCANS[1].paths)),
)
"""Calls that are all true at once: each source is spoken for by one of them."""
REAL_CALLS: Final = (*ESTATES, *DEMO[:-1], *SCANS)
"""Every real file, in every combination in which people give it."""
