"""Fields that are computed, declared so that their types are checked."""

from collections.abc import Callable
from typing import TypeVar, cast

import strawberry

R = TypeVar("R", bound=Callable[..., object])
T = TypeVar("T")


def computed(description: str, *, name: str | None = None) -> Callable[[R], R]:
    """Turns a method into a field; its name is the method's in camelCase unless another one is given."""
    return cast("Callable[[R], R]", strawberry.field(description=description, name=name))


def drawn(resolver: Callable[..., T], description: str) -> T:
    """A field that a resolver made elsewhere computes."""
    return strawberry.field(resolver=resolver, description=description)
