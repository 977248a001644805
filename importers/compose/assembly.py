"""From the files of a project to the project: variables put in, extensions resolved, overlays laid over one another."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.sources import Scope
from importers.base import ReadOptions
from importers.compose.definitions import Definition, Entry, definition_of
from importers.compose.environment import Environment
from importers.compose.extension import Extension
from importers.compose.files import RESET, ComposeFile, found_among
from importers.compose.grouping import Bundle, normalised
from importers.compose.parts import Gaps, Part, parts_of
from importers.compose.project import Project
from importers.fields import mapping, text

DEFAULT_SOURCE: Final = "compose"
SECTIONS: Final = ("networks", "volumes", "configs", "secrets")
"""The sections beside the services."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,254}\Z")
_STANDS_ALONE: Final = ("image", "build", "provider")

_Parts: TypeAlias = Mapping[str, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Inputs:
    """All files of a call: a project may extend services of a file that is not its own."""

    files: tuple[ComposeFile, ...]
    env_texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Assembled:
    """A project, and what was wrong or missing on the way to it."""

    project: Project
    problems: tuple[Problem, ...]


def assemble(bundle: Bundle, inputs: Inputs, env_names: Sequence[str], options: ReadOptions) -> Assembled:
    """The project of a bundle; linear in the size of its files.

    Raises:
        FileMalformed: values nested too deeply, or variables that stand for too much text.
    """
    gaps = Gaps()
    environment = Environment(inputs.env_texts, gaps)
    environment.define(env_names)
    parts = {file.name: parts_of(file, environment.variables, gaps) for file in _with_extended(bundle, inputs)}
    layers = _laid(bundle, parts)
    services = {name: environment.completed(service) for name, service in layers.services.items()}
    own = [part for file in bundle.files for part in parts[file.name]]
    name, where = _name_of(bundle, own, environment.variables, options)
    profiles = environment.variables.get("COMPOSE_PROFILES", "").split(",")
    project = Project(
        Scope(options.source or DEFAULT_SOURCE, name),
        name,
        where,
        {name: service for name, service in services.items() if _stands_alone(service)},
        frozenset(name for name, service in services.items() if not _stands_alone(service)),
        layers.sections,
        frozenset(profile.strip() for profile in profiles),
    )
    found = (*environment.problems, *gaps.problems(), *layers.problems, *_not_included(bundle, inputs))
    return Assembled(project, (*found, *_patches(services)))


def _with_extended(bundle: Bundle, inputs: Inputs) -> Iterator[ComposeFile]:
    """The files of a bundle, and those with the services that they extend."""
    by_name = {file.name: file for file in inputs.files}
    pending, seen = list(bundle.files), {file.name for file in bundle.files}
    while pending:
        file = pending.pop(0)
        yield file
        for path in file.extended_files:
            name = found_among(list(by_name), file.folder, path)
            if name is not None and name not in seen:
                seen.add(name)
                pending.append(by_name[name])


def _name_of(
    bundle: Bundle, own: Sequence[Part], variables: Mapping[str, str], options: ReadOptions
) -> tuple[str, Where]:
    """The caller's word, else ``COMPOSE_PROJECT_NAME``, else the last ``name:``, else what the files are called."""
    named = [part for part in own if normalised(text(part.value, "name"))]
    where = (
        named[-1].at("name") if named else next(part for part in own if part.file == bundle.leader.name).at("services")
    )
    said = normalised(variables.get("COMPOSE_PROJECT_NAME", ""))
    written = normalised(text(named[-1].value, "name")) if named else ""
    return options.boundary or said or written or bundle.default_name, where


@dataclass(slots=True)
class _Layers:
    """What is known after some of the files."""

    services: dict[str, Definition] = field(default_factory=dict)
    sections: dict[str, dict[str, Entry]] = field(default_factory=lambda: {section: {} for section in SECTIONS})
    problems: list[Problem] = field(default_factory=list)


def _laid(bundle: Bundle, parts: _Parts) -> _Layers:
    layers = _Layers()
    extension = Extension({name: _definitions(read, layers.problems) for name, read in parts.items()})
    for file in bundle.files:
        for part in parts[file.name]:
            for name in _reset(part, "services"):
                layers.services.pop(name, None)
            _lay_sections(part, layers)
        for name in extension.definitions[file.name]:
            upper = extension.resolved(file.name, name)
            lower = layers.services.get(name)
            layers.services[name] = upper if lower is None else upper.over(lower)
    layers.problems += extension.problems
    return layers


def _definitions(parts: Sequence[Part], problems: list[Problem]) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for part in parts:
        gone = _reset(part, "services")
        for name in mapping(part.value, "services"):
            if name in gone:
                continue
            if not _NAME.match(name):
                problems.append(_name_invalid(part.at(f"services.{name}"), "service"))
                continue
            upper = definition_of(part, name)
            found[name] = upper.over(found[name]) if name in found else upper
    return found


def _lay_sections(part: Part, layers: _Layers) -> None:
    for section in SECTIONS:
        _lay_section(part, section, layers)


def _lay_section(part: Part, section: str, layers: _Layers) -> None:
    known, gone = layers.sections[section], _reset(part, section)
    for name in gone:
        known.pop(name, None)
    for name, value in mapping(part.value, section).items():
        pointer = f"{section}.{name}"
        if not _NAME.match(name):
            layers.problems.append(_name_invalid(part.at(pointer), section.removesuffix("s")))
        elif name not in gone:
            below = mapping(known[name].value) if name in known else {}
            complete = f"{pointer}.name" not in part.incomplete
            known[name] = Entry({**below, **mapping(value)}, part.at(pointer), complete)


def _reset(part: Part, section: str) -> frozenset[str]:
    names = mapping(part.value, section)
    return frozenset(name for name in names if part.tree.tags.get(f"{section}.{name}") == RESET)


def _stands_alone(service: Definition) -> bool:
    return any(service.of(attribute) for attribute in _STANDS_ALONE)


def _patches(services: Mapping[str, Definition]) -> Iterator[Problem]:
    for name, service in services.items():
        if not _stands_alone(service):
            message = f"The service {name} has neither image nor build. Give the file that it patches in the same call."
            yield Problem(Severity.INCOMPLETE, "SERVICE_WITHOUT_IMAGE", message, service.where, name)


def _not_included(bundle: Bundle, inputs: Inputs) -> Iterator[Problem]:
    names = [file.name for file in inputs.files]
    for file in bundle.files:
        for path in file.includes:
            if found_among(names, file.folder, path) is None:
                message = "A file that is included is not there. Give it in the same call."
                where = Where(file.name, file.trees[0].line("include"), "include")
                yield Problem(Severity.INCOMPLETE, "INCLUDED_NOT_GIVEN", message, where)


def _name_invalid(where: Where, kind: str) -> Problem:
    message = f"This is no name for a {kind}. Use letters, digits, dots, hyphens and underscores."
    return Problem(Severity.ERROR, "NAME_INVALID", message, Where(where.file, where.line))
