"""How often and after which pauses a write is tried again."""

import pytest

from cmdb.ingest.attempts import ATTEMPTS, LONGEST, attempts


def test_only_the_last_attempt_is_told_to_be_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    told = list(attempts())
    assert told == [*[False] * (ATTEMPTS - 1), True]


def test_the_first_attempt_waits_for_nothing_and_all_pauses_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    tries = attempts()
    next(tries)
    assert pauses == []
    assert len(list(tries)) == len(pauses) == ATTEMPTS - 1
    assert all(0 <= pause <= LONGEST for pause in pauses)
    assert sum(pauses) < 10
