"""Package URLs: one text for one package, whoever wrote it."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from cmdb.model.values import fault_of
from importers.setting_names import names_secret

_TYPE: Final = re.compile(r"[a-z][a-z0-9.+-]*\Z")
_QUALIFIER: Final = re.compile(r"[a-z][a-z0-9._-]*\Z")
_MOST: Final = 1024
_NOT_IDENTIFYING: Final = ("checksum", "checksums", "download_url", "file_name", "package-id", "upstream", "vcs_url")
_KEPT_SIGNS: Final = ":"


@dataclass(frozen=True, slots=True)
class Purl:
    """A package URL taken apart; ``namespace`` has its segments joined by ``/``."""

    type: str
    namespace: str
    name: str
    version: str = ""
    qualifiers: tuple[tuple[str, str], ...] = ()
    subpath: str = ""

    def __str__(self) -> str:
        """The canonical text: qualifiers sorted, everything encoded that has to be."""
        path = "/".join(_quoted(segment) for segment in (*self.namespace.split("/"), self.name) if segment)
        version = f"@{_quoted(self.version)}" if self.version else ""
        query = "&".join(f"{name}={_quoted(value)}" for name, value in self.qualifiers)
        ending = "/".join(_quoted(segment) for segment in self.subpath.split("/"))
        return f"pkg:{self.type}/{path}{version}{f'?{query}' if query else ''}{f'#{ending}' if ending else ''}"

    @property
    def full_name(self) -> str:
        """Namespace and name, as people write them."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def lasting(self) -> str:
        """The package in all its versions and forms; of one name in two registries there are two."""
        registry = tuple(pair for pair in self.qualifiers if pair[0] == "repository_url")
        return str(Purl(self.type, self.namespace, self.name, qualifiers=registry))

    def of_version(self, version: str) -> "Purl":
        """The same package in another version."""
        return Purl(self.type, self.namespace, self.name, version, self.qualifiers, self.subpath)


def parse_purl(text: str) -> Purl | None:
    """Read a package URL, or answer ``None`` when it is none.

    Qualifiers that only say where a copy lies or comes from (``download_url``, ``vcs_url``, checksums) identify nothing
    and may hold tokens: they are left out, as is the user information of a ``repository_url``.

    >>> str(parse_purl("pkg:NPM/@babel/core@7.1?vcs_url=git%2Bhttps://x:y@h/r&arch=x64"))
    'pkg:npm/%40babel/core@7.1?arch=x64'
    >>> str(parse_purl("pkg:PyPI/Ruamel_yaml@0.18")), parse_purl("npm/core")
    ('pkg:pypi/ruamel-yaml@0.18', None)
    """
    scheme, colon, rest = text.strip().partition(":")
    if scheme.lower() != "pkg" or not colon or len(text) > _MOST:
        return None
    rest, _, subpath = rest.partition("#")
    rest, _, query = rest.partition("?")
    rest = rest.strip("/")
    at = rest.rfind("@")
    has_version = at > rest.rfind("/")
    path, version = (rest[:at], rest[at + 1 :]) if has_version else (rest, "")
    type_, _, rest_of_path = path.partition("/")
    segments = [part for segment in rest_of_path.split("/") if (part := unquote(segment).strip("/"))]
    if not segments or not _TYPE.match(type_.lower()) or fault_of(unquote(rest)):
        return None
    purl = Purl(
        type_.lower(),
        "/".join(segments[:-1]),
        segments[-1],
        unquote(version),
        _qualifiers(query),
        "/".join(unquote(part) for part in subpath.split("/") if part not in ("", ".", "..")),
    )
    return _by_type(purl)


def _qualifiers(query: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for pair in query.split("&"):
        written, _, value = pair.partition("=")
        name, value = written.lower(), unquote(value)
        if name == "repository_url":
            host, slash, path = value.rpartition("://")[2].partition("/")
            value = f"{host.rpartition('@')[2]}{slash}{path}"
        is_telling = bool(value) and _QUALIFIER.match(name) is not None and name not in _NOT_IDENTIFYING
        if is_telling and "@" not in value and not names_secret(name) and fault_of(value) is None:
            found[name] = value
    return tuple(sorted(found.items()))


def _by_type(purl: Purl) -> Purl:
    if purl.type != "pypi":
        return purl
    name = purl.name.replace("_", "-").lower()
    return Purl(purl.type, purl.namespace, name, purl.version, purl.qualifiers, purl.subpath)


def _quoted(text: str) -> str:
    return quote(text, safe=_KEPT_SIGNS)
