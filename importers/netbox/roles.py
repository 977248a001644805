"""What class of device the words of a role or a type stand for."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

_WORD: Final = re.compile(r"[a-z]+")

_BY_CLASS: Final = {
    "Switch": (
        "switch", "switches", "leaf", "leaves", "spine", "superspine", "tor", "fabric interconnect", "top of rack",
    ),
    "Router": ("router", "cpe", "bras", "bng", "route reflector"),
    "Firewall": ("firewall", "fw", "ngfw", "utm", "security gateway"),
    "LoadBalancer": ("load balancer", "loadbalancer", "lb", "adc"),
    "AccessPoint": ("access point", "accesspoint", "ap", "wap"),
    "OtherNetworkDevice": (
        "console server", "terminal server", "oob", "kvm", "modem", "media converter", "wan optimizer", "gateway",
        "controller", "wlc", "tap", "multiplexer", "dwdm", "olt", "onu", "transponder", "optical", "bridge",
    ),
    "Host": (
        "server", "host", "hypervisor", "compute", "node", "blade", "esxi", "vmhost", "computer", "workstation",
        "mainframe",
    ),
    "PDU": ("pdu", "power distribution", "power distribution unit", "power strip", "ats", "sts", "transfer switch"),
    "UPS": ("ups", "uninterruptible power supply"),
    "Generator": ("generator", "genset"),
    "StorageArray": ("storage", "storage array", "disk array", "san", "nas", "filer", "jbod"),
    "CoolingUnit": ("crac", "crah", "cooling", "chiller", "air conditioner", "air conditioning"),
    "OtherDevice": (
        "patch panel", "patchpanel", "panel", "shelf", "blank", "chassis", "cable management", "camera", "sensor",
        "phone", "printer", "enclosure", "splitter", "cassette",
    ),
}  # fmt: skip
"""The table of words; what is known to be none of the other classes is ``OtherDevice`` without a remark."""

_CLASS_OF: Final = {word: cls for cls, words in _BY_CLASS.items() for word in words}
_LONGEST: Final = max(len(word.split()) for word in _CLASS_OF)


def class_of_words(text: str) -> str | None:
    """The class that the last telling word of a text stands for, in the singular or the plural; or ``None``.

    The last one, because it says what a thing is and those before it which one: a storage switch is a switch.

    >>> class_of_words("Access Switch"), class_of_words("SAN switches"), class_of_words("power-distribution-unit")
    ('Switch', 'Switch', 'PDU')
    >>> class_of_words("Patch Panel"), class_of_words("Red box")
    ('OtherDevice', None)
    """
    phrases = _phrases(_WORD.findall(text[:200].lower()))
    return next((_CLASS_OF[phrase] for phrase in phrases if phrase in _CLASS_OF), None)


def _phrases(words: Sequence[str]) -> Iterator[str]:
    """Words that stand together: the last first, the longest first, in the plural and in the singular."""
    for end in range(len(words), 0, -1):
        for size in range(min(_LONGEST, end), 0, -1):
            phrase = " ".join(words[end - size : end])
            yield from (phrase, phrase.removesuffix("s"))
