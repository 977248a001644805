"""Files of every format with a secret in each place where one can stand: ``<<place>>``, and ``{{place}}`` in base64."""

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PLANTED: Final = Path(__file__).parent / "planted"
_PLACE: Final = re.compile(r"<<([A-Za-z][^<>{}]+)>>|\{\{([A-Za-z][^<>{}]+)\}\}")
CALLS: Final = {
    "kubernetes": ("manifests.yaml",),
    "compose": ("compose.yaml", "planted.env"),
    "terraform": ("planted.tfstate",),
    "terraform plan": ("plan.json",),
    "aws": tuple(f"aws/{name}.json" for name in ("instances", "functions", "databases", "vpn", "secrets")),
    "ansible": ("inventory.ini", "facts/vault-1"),
    "netbox": ("netbox.json",),
    "itop": ("itop.xml",),
    "servicenow": ("servicenow.json",),
    "traces": ("spans.json",),
    "sbom": ("bom.json",),
    "backstage": ("catalog-info.yaml",),
    "nmap": ("scan.xml",),
    "lldp": ("lldp.json",),
    "ndjson": ("rows.ndjson",),
    "csv": ("rows.csv",),
}
"""The files of each call, by the word for the format (and what distinguishes two calls of one)."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where the files were laid, and the secret in each place."""

    folder: Path
    secrets: dict[str, str]

    def paths(self, call: str) -> list[str]:
        """The files of a call."""
        return [str(self.folder / name) for name in CALLS[call]]


def sow(folder: Path) -> Field:
    """Lay the files with their secrets into a folder."""
    secrets: dict[str, str] = {}

    def plant(match: re.Match[str]) -> str:
        secret = secrets.setdefault(match[1] or match[2], f"c4n4ry{len(secrets):03d}Zq")
        return secret if match[1] else base64.b64encode(secret.encode()).decode()

    for names in CALLS.values():
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_PLACE.sub(plant, (PLANTED / name).read_text("utf-8")), "utf-8")
    return Field(folder, secrets)


def forms(secret: str) -> tuple[bytes, ...]:
    """A secret as it may stand in a file: as it is, in base64 (at any of three offsets), in hexadecimal."""
    raw = secret.encode()
    encoded = (base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 :] for shift in range(3))
    # the last sign stands for less than a whole one where the secret ends inside a group of four
    return (raw, *(text[:-4] if text.endswith(b"=") else text for text in encoded), raw.hex().encode())


def found_in(content: bytes, field: Field) -> set[str]:
    """The places whose secrets are in some bytes, in upper or lower case; linear in the bytes, times the places."""
    if not re.search(rb"c4n4ry|YzRuNHJ5|bjRyeT|NG40cnk|63346e3472", content, re.IGNORECASE):
        return set()
    lowered = content.lower()
    return {
        place
        for place, secret in field.secrets.items()
        if any(form in content for form in forms(secret)) or secret.lower().encode() in lowered
    }
