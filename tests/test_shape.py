"""The shape of the code: sizes, names and what an import may do."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = (ROOT / "cmdb", ROOT / "importers", ROOT / "impact", ROOT / "graphql" / "cmdb_graphql")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
DEEPEST_NESTING = 3
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
FORBIDDEN_NAMES = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "misc.py"}
DEPENDENCIES = {
    "defusedxml",
    "graphql",
    "neo4j",
    "networkx",
    "numpy",
    "orjson",
    "pydantic",
    "rich",
    "starlette",
    "strawberry",
    "yaml",
}

# Runs first in the child: whatever an import tries on the network is an error there.
IMPORT_ALL = """
import importlib, socket, sys

def refuse(*_args, **_kwargs):
    raise RuntimeError("an import used the network")

socket.socket.connect = socket.socket.bind = refuse
socket.create_connection = socket.getaddrinfo = refuse
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def sources() -> list[Path]:
    folders = [*PACKAGES, ROOT / "tests", ROOT / "benchmarks"]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def lines_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return lines
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1)


def nesting(node: ast.AST) -> int:
    """How deep blocks stand in one another; ``elif`` is as deep as its ``if``, an inner function begins anew."""
    return max((is_deeper(node, child) + nesting(child) for child in own_children(node)), default=0)


def own_children(node: ast.AST) -> Iterator[ast.AST]:
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return (child for child in ast.iter_child_nodes(node) if not isinstance(child, inner))


def is_deeper(node: ast.AST, child: ast.AST) -> bool:
    is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse and len(node.orelse) == 1
    return isinstance(child, BLOCKS) and not is_elif


def imported_modules(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return names


def module_names() -> list[str]:
    names = []
    for package in PACKAGES:
        for path in package.rglob("*.py"):
            parts = path.relative_to(package.parent).with_suffix("").parts
            names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return sorted(name for name in names if not name.endswith("__main__"))


def test_no_file_is_over_400_lines() -> None:
    sizes = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_function_is_over_60_lines_besides_its_docstring() -> None:
    sizes = {
        f"{relative(path)}:{function.name}": lines_without_docstring(function)
        for path in sources()
        for function in functions(parsed(path))
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


def test_no_function_nests_deeper_than_three_blocks() -> None:
    depths = {
        f"{relative(path)}:{function.name}": nesting(function)
        for path in sources()
        for function in functions(parsed(path))
    }
    assert {name: depth for name, depth in depths.items() if depth > DEEPEST_NESTING} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [relative(path) for path in sources() if path.name in FORBIDDEN_NAMES] == []


def test_no_module_is_named_after_the_standard_library_or_a_dependency() -> None:
    taken = (sys.stdlib_module_names | DEPENDENCIES) - {"__main__"}
    assert [relative(path) for path in sources() if path.stem in taken] == []


def test_nothing_replaces_our_own_code_by_mocks_outside_the_application_tests() -> None:
    users = [relative(path) for path in sources() if "unittest.mock" in imported_modules(parsed(path))]
    assert [name for name in users if not name.startswith("tests/app/")] == []


def test_the_graphql_folder_is_never_a_package() -> None:
    assert not (ROOT / "graphql" / "__init__.py").exists()
    assert not (ROOT / "tests" / "graphql").exists()


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert [relative(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


@pytest.mark.slow
def test_every_module_imports_with_an_empty_environment_and_no_network() -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "graphql")])
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL, *module_names()],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
