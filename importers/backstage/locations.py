"""Location entities: lists of further files.  They are no CIs; what they name and is not given is reported."""

import posixpath
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from cmdb.model.observations import Problem, Severity
from cmdb.model.values import JSONValue
from importers.backstage.entities import Entity
from importers.fields import at, entries, text
from importers.keepable import kept_text


def targets_of(entity: Entity, files: Sequence[str]) -> Iterator[Problem]:
    """What a Location names: how many files, and each that is not among the given ones.

    A file of the same set that is missing makes the reading incomplete; an address elsewhere is only told, for nothing
    is ever fetched.
    """
    targets = list(_targets(entity))
    given = {posixpath.normpath(file.replace("\\", "/")) for file in files}
    missing = [(target, pointer) for target, pointer in targets if not _is_given(target, entity.place.file, given)]
    known = len(targets) - len(missing)
    message = f"The Location {entity.name} names {len(targets)} targets, of which {known} are given."
    yield Problem(Severity.INFO, "LOCATION_TARGETS", message, entity.place.at("spec"), str(entity.ref))
    optional = text(entity.body, "spec", "presence") == "optional"
    for target, pointer in missing:
        elsewhere = "://" in target or optional
        severity = Severity.INFO if elsewhere else Severity.INCOMPLETE
        advice = "It is not fetched." if elsewhere else "Give it in the same import."
        message = f"The Location {entity.name} names {kept_text(target) or 'an address'}, which is not given. {advice}"
        yield Problem(severity, "LOCATION_TARGET_MISSING", message, entity.place.at(pointer), str(entity.ref))


def _targets(entity: Entity) -> Iterator[tuple[str, str]]:
    one: JSONValue = at(entity.body, "spec", "target")
    if isinstance(one, str):
        yield one, "spec.target"
    for index, target in enumerate(entries(entity.body, "spec", "targets")):
        if isinstance(target, str):
            yield target, f"spec.targets[{index}]"


def _is_given(target: str, location_file: str, given: set[str]) -> bool:
    folder = posixpath.dirname(location_file.replace("\\", "/"))
    wanted = posixpath.normpath(posixpath.join(folder, target))
    return wanted in given or ("*" in wanted and any(fnmatchcase(file, wanted) for file in given))
