import pytest

from cmdb.errors import BadInput
from importers.ansible.patterns import expand, host_and_port


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("db[01:03].example.com", ["db01.example.com", "db02.example.com", "db03.example.com"]),
        ("db[8:11]", ["db8", "db9", "db10", "db11"]),
        ("db[1:6:2]", ["db1", "db3", "db5"]),
        ("r[a:c]", ["ra", "rb", "rc"]),
        ("r[a:b]n[1:2]", ["ran1", "ran2", "rbn1", "rbn2"]),
        ("plain", ["plain"]),
        ("odd[1-3]", ["odd[1-3]"]),
    ],
)
def test_a_pattern_stands_for_its_names_in_order(pattern: str, names: list[str]) -> None:
    assert list(expand(pattern)) == names


@pytest.mark.parametrize("pattern", ["x[2:1]", "x[a:2]", "x[aa:bb]", "x[1:2:0]", "x[0:10000]", "x[1:9999999999999999]"])
def test_a_range_that_is_wrong_or_endless_is_refused(pattern: str) -> None:
    with pytest.raises(BadInput):
        expand(pattern)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a", ("a", None)),
        ("a:22", ("a", 22)),
        ("a[1:3]", ("a[1:3]", None)),
        ("a[1:3]:22", ("a[1:3]", 22)),
        ("::1", ("::1", None)),
        ("[::1]:22", ("::1", 22)),
        ("[::1]", ("::1", None)),
        ("10.0.0.1:22", ("10.0.0.1", 22)),
    ],
)
def test_a_port_is_told_from_ranges_and_addresses(pattern: str, expected: tuple[str, int | None]) -> None:
    assert host_and_port(pattern) == expected
