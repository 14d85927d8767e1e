"""Next steps: one form for all services, one order for the whole flow."""

from datetime import date

from selfmon_shared.contracts.screens import SCREENS
from selfmon_shared.contracts.steps import FLOW, StepView, in_order, views
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.steps import OPEN, NextStep


def test_every_step_of_the_flow_has_a_screen_and_fits_the_contract() -> None:
    shown = to_data(views(NextStep(step, "示例", OPEN, ("E2",), "示例", date(2026, 3, 1), 2) for step in FLOW))
    assert {name for step in shown for name in StepView().validate(step)} == set()
    assert {step["screen"] for step in shown} == set(SCREENS) - {"account"}
    assert shown[0] == {
        "step": "permit-check", "title": "示例", "state": "open", "rules": ["E2"], "why": "示例", "due": "2026-03-01", "count": 2,
        "optional": False, "screen": "permit-check",
    }  # fmt: skip


def test_steps_of_several_services_stand_in_the_order_of_the_flow() -> None:
    mixed = [{"step": name} for name in ("uploads", "of-a-newer-service", "overview", "permit-check")]
    assert [step["step"] for step in in_order(mixed)] == ["permit-check", "overview", "uploads", "of-a-newer-service"]
