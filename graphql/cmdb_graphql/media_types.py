"""Which media type an answer has, by the request's ``Accept``."""

from typing import Final

JSON_TYPE: Final = "application/json"
GRAPHQL_TYPE: Final = "application/graphql-response+json"


def chosen(accept: str | None) -> str | None:
    """The media type of the answer, ``None`` when nothing acceptable is served.

    The most wanted of the two is chosen; ``application/json`` when nothing is said, for wildcards, and among equals
    the one named first.

    >>> chosen(None), chosen("application/graphql-response+json, application/json;q=0.9")
    ('application/json', 'application/graphql-response+json')
    >>> chosen("text/html") is None
    True
    """
    if accept is None or not accept.strip():
        return JSON_TYPE
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    wanted = sorted((entry for entry in ranges if entry[1] > 0), key=lambda entry: -entry[1])
    return next((_TYPES[name] for name, _ in wanted if name in _TYPES), None)


_TYPES: Final = {
    GRAPHQL_TYPE: GRAPHQL_TYPE,
    JSON_TYPE: JSON_TYPE,
    "application/*": JSON_TYPE,
    "*/*": JSON_TYPE,
}


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        return name.lower(), float(quality)
    except ValueError:
        return name.lower(), 0.0
