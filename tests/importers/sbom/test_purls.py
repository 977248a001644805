import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.sbom.purls import Purl, parse_purl

PARTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8).filter(
    lambda text: text.strip("/") == text and "/" not in text and text not in (".", "..")
)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("pkg:npm/%40babel/core@7.1.0", "pkg:npm/%40babel/core@7.1.0"),
        ("pkg:npm/@babel/core@7.1.0", "pkg:npm/%40babel/core@7.1.0"),
        ("PKG:NPM//core", "pkg:npm/core"),
        ("pkg:maven/org.a/b@1?type=jar&classifier=sources", "pkg:maven/org.a/b@1?classifier=sources&type=jar"),
        ("pkg:pypi/Ruamel_Yaml@0.18", "pkg:pypi/ruamel-yaml@0.18"),
        ("pkg:deb/debian/curl@1:7.5+b1?arch=", "pkg:deb/debian/curl@1:7.5%2Bb1"),
        ("pkg:golang/a.example/b@v1#cmd/x", "pkg:golang/a.example/b@v1#cmd/x"),
        ("pkg:oci/cart@sha256:ab?repository_url=https://me:pw@r.example/cart&tag=1",
         "pkg:oci/cart@sha256:ab?repository_url=r.example%2Fcart&tag=1"),
        ("pkg:npm/a@1?download_url=https://token@x/&checksum=sha1:ab&api_key=x", "pkg:npm/a@1"),
        ("pkg:golang/a@1?goos=linux&GOARCH=arm64", "pkg:golang/a@1?goarch=arm64&goos=linux"),
        ("pkg:npm/%2F/a@1", "pkg:npm/a@1"),
    ],
    ids=lambda text: text.partition("?")[0] if isinstance(text, str) else None,
)  # fmt: skip
def test_each_way_of_writing_a_package_url_becomes_one(written: str, canonical: str) -> None:
    assert str(parse_purl(written)) == canonical


@pytest.mark.parametrize(
    "text", ["", "pkg:", "pkg:npm", "pkg:npm/", "npm/core", "http://x/y", "pkg:1a/b", f"pkg:npm/{'a' * 2000}"]
)
def test_what_is_no_package_url_is_none(text: str) -> None:
    assert parse_purl(text) is None


@given(name=PARTS, namespace=PARTS, version=PARTS)
def test_what_is_written_can_be_read_again(name: str, namespace: str, version: str) -> None:
    purl = Purl("npm", namespace, name, version)
    assert parse_purl(str(purl)) == purl


@given(st.text(max_size=60))
def test_any_text_is_a_package_url_or_none(text: str) -> None:
    purl = parse_purl(f"pkg:{text}")
    assert purl is None or parse_purl(str(purl)) == purl
