"""``python -m cmdb_graphql.sdl`` prints the schema that is served; ``graphql/schema.graphql`` is its committed form."""

import sys

from cmdb_graphql.schema import Schema, build_schema


def text_of(schema: Schema) -> str:
    """A schema as text: its types in order of their names, ending in a newline."""
    return schema.as_str().rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(text_of(build_schema()))
