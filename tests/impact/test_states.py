import pytest

from impact import Effect, FailureState, UnknownLabelError, contribution


def test_failure_states_are_ordered_from_up_to_down() -> None:
    assert FailureState.labels() == ["up", "at_risk", "degraded", "down"]
    assert FailureState.UP < FailureState.AT_RISK < FailureState.DEGRADED < FailureState.DOWN


@pytest.mark.parametrize("state", FailureState)
def test_a_label_reads_back_to_its_state(state: FailureState) -> None:
    assert FailureState.parse(state.label) is state


@pytest.mark.parametrize("text", ["", "broken", "at risk", "3"])
def test_a_word_that_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(UnknownLabelError, match="is not one of up, at_risk, degraded, down") as refusal:
        FailureState.parse(text)
    assert refusal.value.code == "LABEL_UNKNOWN"
    assert refusal.value.hint


def test_a_hard_edge_passes_a_state_on_unchanged() -> None:
    assert [contribution(Effect.HARD, state) for state in FailureState] == list(FailureState)


def test_a_soft_edge_passes_a_state_on_one_step_milder() -> None:
    passed = [contribution(Effect.SOFT, state).label for state in FailureState]
    assert passed == ["up", "up", "at_risk", "degraded"]


def test_a_none_edge_passes_nothing_on() -> None:
    assert {contribution(Effect.NONE, state) for state in FailureState} == {FailureState.UP}
