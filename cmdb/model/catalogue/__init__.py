"""The one declaration of classes, attributes, identification rules and relationship types."""

from cmdb.model.catalogue.catalogue import Catalogue
from cmdb.model.catalogue.declarations import (
    AttributeSpec,
    AttributeType,
    ClassSpec,
    Failure,
    GroupDeclaration,
    IdentificationRule,
    Precedence,
    RelationshipSpec,
)
from cmdb.model.catalogue.loading import load_catalogue

__all__ = [
    "AttributeSpec",
    "AttributeType",
    "Catalogue",
    "ClassSpec",
    "Failure",
    "GroupDeclaration",
    "IdentificationRule",
    "Precedence",
    "RelationshipSpec",
    "load_catalogue",
]
