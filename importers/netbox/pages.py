"""Pages of the REST API: whether all of a list has been given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue, fault_of
from importers.fields import entries, number, text
from importers.netbox.models import model_at

_PAGING: Final = frozenset({"limit", "offset", "start", "cursor", "page", "format", "brief", "ordering", "exclude"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the model it lists (``""`` when it does not say), how many there are in all, and what goes on."""

    model: str
    count: int | None
    has_next: bool
    filters: tuple[str, ...]
    where: Where


def is_page(value: Mapping[str, JSONValue]) -> bool:
    """Whether an object is a page: it has results, and says how many there are or what comes next."""
    return "results" in value and not {"count", "next", "previous"}.isdisjoint(value)


def page_of(value: JSONValue, where: Where) -> Page:
    """What a page says of its list."""
    following, previous = text(value, "next"), text(value, "previous")
    urls = [url for url in (following, previous) if url]
    listed = [text(entry, "url") for entry in entries(value, "results")]
    models = [model for url in (*listed, *urls) if (model := model_at(url)[0])]
    filters = {name for url in urls for name in _parameters(url)} - _PAGING
    return Page(models[0] if models else "", number(value, "count"), bool(following), tuple(sorted(filters)), where)


def missing_pages(pages: Iterable[Page], given: Mapping[str, int]) -> list[Problem]:
    """A problem for each list of which not everything was given; ``given`` counts the different objects a model.

    A list is whole when as many objects came as it says there are; one that gives no number, when some page of it is
    the last.  A filtered list is never whole.
    """
    by_model: dict[str, list[Page]] = {}
    for page in pages:
        by_model.setdefault(page.model, []).append(page)
    return [problem for model, held in by_model.items() for problem in _missing(model, held, given.get(model, 0))]


def _missing(model: str, pages: list[Page], given: int) -> list[Problem]:
    listed = model or "a list of unknown objects"
    counts = [page.count for page in pages if page.count is not None]
    where = pages[-1].where
    found: list[str] = []
    if counts and given < max(counts):
        found.append(f"Of {max(counts)} objects of {listed} only {given} were given. Fetch all pages.")
    elif not counts and all(page.has_next for page in pages):
        found.append(f"The last page of {listed} is missing. Fetch all pages.")
    if any(page.filters for page in pages):
        names = ", ".join(sorted({name for page in pages for name in page.filters}))
        found.append(
            f"The list of {listed} is filtered by {names[:200]}, so others may exist. Fetch it without filters."
        )
    return [Problem(Severity.INCOMPLETE, "PAGES_MISSING", message, where) for message in found]


def _parameters(url: str) -> list[str]:
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return []
    return [name for name, _ in pairs if fault_of(name) is None]
