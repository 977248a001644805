"""The importer of Compose files."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from cmdb.model.observations import Observation, Problem, Severity, Where
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from importers.compose.assembly import DEFAULT_SOURCE, Assembled, Inputs, assemble
from importers.compose.dependencies import dependency_edges, groups_by_owner
from importers.compose.env_files import read_env
from importers.compose.files import found_among, is_env_file, is_own_name, load
from importers.compose.grouping import bundles_of, env_names_of, normalised
from importers.compose.names import Names
from importers.compose.project import Project
from importers.compose.records import records_of
from importers.compose.structure import structure_edges
from importers.evidence import merged
from importers.text_input import whole_text

_CERTAIN, _LIKELY = 0.95, 0.85
_SERVICES = re.compile(rb"^[\"']?services[\"']?:[ \t]*(?:#.*|\{.*)?\r?$", re.MULTILINE)
_OF_A_SERVICE = re.compile(
    rb"^[ \t]+[\"']?(?:image|build|environment|depends_on|container_name|command|volumes|extends)[\"']?:", re.MULTILINE
)
_IN_BRACES = re.compile(rb"\"services\"\s*:\s*\{\s*\"[\w.-]+\"\s*:\s*\{")
_SECTION = re.compile(rb"^(?:services|networks|volumes|configs|secrets|include):", re.MULTILINE)


class ComposeImporter(Importer):
    """Compose files in YAML or JSON with their overlays and environment files.

    ``ReadOptions.source`` is ``compose`` unless it is given; ``ReadOptions.boundary`` names the project, as ``-p`` does
    on the command line of Compose, and makes one project of all files.  Files are laid over one another, so memory
    grows with the input.
    """

    name: ClassVar[str] = "compose"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure of services with something that only a service has, and of environment files by their name."""
        if is_env_file(filename):
            return _LIKELY
        if _SERVICES.search(head) and _OF_A_SERVICE.search(head):
            return _CERTAIN
        if _IN_BRACES.search(head) and (b'"image"' in head or b'"build"' in head):
            return _CERTAIN
        return _LIKELY if is_own_name(filename) and _SECTION.search(head) else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """One for each project; an environment file speaks of a project only when it names it."""
        call = _Call.of([document], options)
        if call.inputs.files:
            return tuple(sorted({assembled.project.scope for assembled in call.assembled()}))
        names = [read_env(text, name, {}).variables.get(_PROJECT_NAME) for name, text in call.inputs.env_texts.items()]
        said = {options.boundary or normalised(variable.value) for variable in names if variable is not None}
        return tuple(Scope(options.source or DEFAULT_SOURCE, name) for name in sorted(said) if name)

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, then CIs, then edges, in the order of the files."""
        yield from self.read_together([document], options)

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """All files of a project as overlays of one another, in their order, with the variables of the others."""
        call = _Call.of(documents, options)
        yield from call.unused()
        seen: set[Scope] = set()
        for assembled in call.assembled():
            project = assembled.project
            if project.scope in seen:
                message = f"There is a second project {project.name}. Import it by itself, with another --scope."
                yield Problem(Severity.INCOMPLETE, "PROJECT_TWICE", message, project.where, project.own.key)
                continue
            seen.add(project.scope)
            yield from assembled.problems
            yield from _observations(project)


_PROJECT_NAME = "COMPOSE_PROJECT_NAME"


@dataclass(frozen=True, slots=True)
class _Call:
    """The documents of one call, loaded."""

    inputs: Inputs
    options: ReadOptions

    @classmethod
    def of(cls, documents: Sequence[Document], options: ReadOptions) -> "_Call":
        texts: Mapping[str, str] = {entry.name: whole_text(entry) for entry in documents if is_env_file(entry.name)}
        files = tuple(load(document) for document in documents if not is_env_file(document.name))
        return cls(Inputs(files, texts), options)

    def assembled(self) -> Iterator[Assembled]:
        bundles = bundles_of(self.inputs.files, self.options.boundary)
        for bundle in bundles:
            names = env_names_of(bundle, list(self.inputs.env_texts), len(bundles))
            yield assemble(bundle, self.inputs, names, self.options)

    def unused(self) -> Iterator[Problem]:
        """One for each environment file that no project takes."""
        texts = list(self.inputs.env_texts)
        bundles = bundles_of(self.inputs.files, self.options.boundary)
        used = {name for bundle in bundles for name in env_names_of(bundle, texts, len(bundles))}
        used |= {found_among(texts, file.folder, path) or "" for file in self.inputs.files for path in file.env_files}
        for name in (name for name in texts if name not in used):
            message = "No Compose file of the call takes variables from this file. Give both in one call."
            yield Problem(Severity.INFO, "ENV_FILE_UNUSED", message, Where(name, 1))


def _observations(project: Project) -> Iterator[Observation]:
    names = Names.of(project)
    yield from names.problems()
    if not project.services:
        return
    edges = merged([*structure_edges(project), *dependency_edges(names)])
    yield from records_of(project, groups_by_owner(edges))
    yield from edges
