"""What a part of a bill is in the catalogue, how its record is called, and what a link between two parts means."""

import re
from collections.abc import Mapping
from typing import Final

from importers.sbom.bill import Need, Part

PACKAGE: Final = "SoftwarePackage"
IMAGE: Final = "ContainerImage"
APPLICATION: Final = "Application"
SERVICE: Final = "ApplicationComponent"
DEVICE: Final = "OtherDevice"
OTHER: Final = "OtherCI"

SERVICE_KIND: Final = "service"
"""The kind of a service among the parts of a bill."""

_PACKAGES: Final = (
    "application", "framework", "library", "platform", "operating-system", "device-driver", "firmware", "component",
    "package", "source", "archive", "install",
)  # fmt: skip
_CLASSES: Final[Mapping[str, str]] = {
    **dict.fromkeys(_PACKAGES, PACKAGE),
    "container": IMAGE,
    "device": DEVICE,
    SERVICE_KIND: SERVICE,
}
_APPLICATIONS: Final = ("application", "component", "package", "source", "archive", "install", "file")
_WORDS: Final[Mapping[str, str]] = {APPLICATION: "application", SERVICE: SERVICE_KIND}
_RUNNING: Final = (APPLICATION, SERVICE)
_BUILT: Final = (APPLICATION, SERVICE, PACKAGE, IMAGE)
_DIGEST: Final = re.compile(r"[a-z0-9]+:[0-9a-f]{32,}\Z")


def class_of_part(part: Part) -> str:
    """The class of a part."""
    return _CLASSES.get(part.kind, OTHER)


def class_of_root(part: Part) -> str:
    """The class of what a bill describes: an application, unless its kind says something special.

    A file or folder that was scanned is what the bill's makers call their application.
    """
    return APPLICATION if part.kind in _APPLICATIONS else class_of_part(part)


def key_of(cls: str, part: Part) -> str:
    """The key of a part, the same from bill to bill: its package URL where it has one, never its ref.

    A new version of a package or image is another CI; applications, services and devices go through versions.
    """
    match cls:
        case "SoftwarePackage":
            return purl_of(part) or f"{part.kind}:{versioned_name(part)}"
        case "ContainerImage":
            return f"container:{image_of(part)}"
        case _:
            whole = part.purl.lasting if part.purl else part.full_name
            return f"{_WORDS.get(cls, part.kind)}:{whole}"


def name_of(cls: str, part: Part) -> str:
    """The name of a part; that of a package is the same in the bills of all tools."""
    if cls == PACKAGE:
        return part.purl.full_name if part.purl else part.full_name
    return image_of(part) if cls == IMAGE else part.name


def purl_of(part: Part) -> str:
    """The package URL, with the version that stands beside it where it has none itself; empty without one."""
    if part.purl is None:
        return ""
    return str(part.purl if part.purl.version else part.purl.of_version(part.version))


def versioned_name(part: Part) -> str:
    """``group/name@version``, as far as they are known."""
    return f"{part.full_name}@{part.version}" if part.version else part.full_name


def image_of(part: Part) -> str:
    """The reference of an image: its name, with the tag or digest that stands beside it."""
    name = part.full_name
    if not part.version or "@" in name or ":" in name.rpartition("/")[2]:
        return name
    return f"{name}{'@' if _DIGEST.match(part.version) else ':'}{part.version}"


def relationship_of(need: Need, origin: str | None, target: str | None) -> str:
    """The relationship type between two classes; ``None`` is an end that the bill does not hold.

    Only what runs and calls a service fails with it.  A package is built in: it takes nobody down.
    """
    if need is Need.RELATES:
        return "RELATES_TO"
    if target == SERVICE or (target is None and origin == SERVICE):
        return "DEPENDS_ON" if origin is None or origin in _RUNNING else "RELATES_TO"
    if target in (PACKAGE, None) and (origin is None or origin in _BUILT):
        return "USES_PACKAGE"
    return "RELATES_TO"
