import pytest

from importers.command_lines import addresses_in_command

FOUND = {
    "a flag for a host": (["load", "-h", "edge-router"], ["edge-router"]),
    "a long flag": (["load", "--upstream", "orders"], ["orders"]),
    "a flag with its value": (["load", "--db=orders:5432"], ["orders"]),
    "a URL as a word": (["wait", "http://orders/health"], ["orders"]),
    "a script": (["sh", "-c", "curl orders:80 && exec app"], ["orders"]),
}
SILENT = {
    "a bare word": ["consul"],
    "the value of a secret's flag": ["load", "--token", "orders:80"],
    "a secret's flag with its value": ["load", "--password=orders:80"],
    "the value of a flag that takes no host": ["load", "--db-name", "orders"],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_host_is_found_in(case: str) -> None:
    words, hosts = FOUND[case]
    assert [address.host for _, address in addresses_in_command(words)] == hosts


@pytest.mark.parametrize("case", SILENT)
def test_no_host_is_taken_from(case: str) -> None:
    assert list(addresses_in_command(SILENT[case])) == []


def test_each_host_has_the_number_of_its_word() -> None:
    found = addresses_in_command(["a:1", "-h", "b"])
    assert [(number, address.host) for number, address in found] == [(0, "a"), (2, "b")]
