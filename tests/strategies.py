"""Hypothesis strategies for what lives in a store."""

from hypothesis import strategies as st

from cmdb.model.catalogue import AttributeSpec, AttributeType, Catalogue
from cmdb.model.values import INT64, Value

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=12)
INTEGERS = st.integers(-INT64 - 1, INT64)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
LISTED: tuple[st.SearchStrategy[Value], ...] = (TEXTS, INTEGERS, FLOATS, st.booleans())
SCALARS = st.one_of(TEXTS, INTEGERS, FLOATS, st.booleans())


def documents() -> st.SearchStrategy[Value]:
    """JSON, nested a little; never null itself."""
    leaves: st.SearchStrategy[Value] = st.one_of(st.none(), SCALARS)
    nested = st.recursive(
        leaves,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
        max_leaves=8,
    )
    return nested.filter(lambda value: value is not None)


def values(spec: AttributeSpec) -> st.SearchStrategy[Value]:
    """Values that an attribute may have, in canonical form."""
    of_type: dict[AttributeType, st.SearchStrategy[Value]] = {
        AttributeType.TEXT: TEXTS,
        AttributeType.NUMBER: st.one_of(INTEGERS, FLOATS),
        AttributeType.BOOLEAN: st.booleans(),
        AttributeType.ENUM: st.sampled_from(spec.values or ("",)),
        AttributeType.DATE: st.dates().map(lambda day: day.isoformat()),
        AttributeType.LIST: st.one_of(*(st.lists(kind, max_size=4) for kind in LISTED)),
        AttributeType.JSON: documents(),
    }
    return of_type[spec.type]


def attributes(catalogue: Catalogue, cls: str = "Gadget") -> st.SearchStrategy[dict[str, Value]]:
    """Attributes that an item of a class may have."""
    specs = catalogue.cls(cls).attributes
    return st.fixed_dictionaries({}, optional={name: values(spec) for name, spec in specs.items()})
