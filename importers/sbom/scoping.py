"""Whose word a bill is: the scope of what it describes."""

import re
from typing import Final

from cmdb.model.sources import Scope
from importers.base import ReadOptions
from importers.sbom.bill import Bill
from importers.sbom.kinds import versioned_name

DEFAULT_SOURCE: Final = "sbom"

_DEFAULT_BOUNDARY: Final = "default"
_LONGEST: Final = 200
_NOT_BOUNDARY: Final = re.compile(r"[/#\x00-\x1f\ud800-\udfff]+")
_SCHEME: Final = re.compile(r"\Ahttps?://")


def scope_of(bill: Bill, options: ReadOptions) -> Scope:
    """The scope of a bill.

    Its boundary is, whichever comes first:

    - what the caller says;
    - the package URL of what the bill describes, without version: the bill of the next version is about the same thing,
      so that it replaces this one;
    - the serial number or namespace of the bill;
    - name and version of what it describes;
    - ``default``.

    Slashes and ``#`` become colons.
    """
    root = bill.roots[0] if len(bill.roots) == 1 else None
    lasting = root.purl.lasting if root and root.purl else ""
    told = (lasting, bill.number, versioned_name(root) if root else "")
    boundary = next((text for text in told if text), _DEFAULT_BOUNDARY)
    usable = _NOT_BOUNDARY.sub(":", _SCHEME.sub("", boundary))[:_LONGEST].strip() or _DEFAULT_BOUNDARY
    return Scope(options.source or DEFAULT_SOURCE, options.boundary or usable)
