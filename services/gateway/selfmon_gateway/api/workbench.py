"""工作台: what the signed-in person has to do next, asked of every service that owns a part of the flow, in the flow's order.

A service that is away or slow is named, and the others' steps are shown all the same.
"""

import threading
from collections.abc import Mapping
from typing import Any

from flask import Response, g

from selfmon_gateway.api.routes import Resource, json_answer, query_arguments
from selfmon_gateway.auth.guards import present_session
from selfmon_gateway.parts import Parts, parts
from selfmon_shared.contracts.contract import load
from selfmon_shared.contracts.fields import Id, Many, One, Record, Text
from selfmon_shared.contracts.steps import QUERY, StepView, in_order
from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.kernel.errors import Invalid, Unavailable

OF_DISCHARGER = ("enterprise", "plan", "data", "permit-sync")
OF_OFFICER = ("review",)
ASKED = (*OF_DISCHARGER, *OF_OFFICER)
"""Every service that answers its next steps; a test compares them with the contracts."""
WITHIN = 4.0
"""Seconds in which a service must answer."""

resource = Resource("workbench", "工作台：下一步")


class WorkbenchOf(Record):
    """Of a discharger; without one, the officer's own reviews."""

    discharger_id = Id(allow_none=True, load_default=None)


class Workbench(Record):
    """The steps in the order of the flow; ``away`` names the services whose steps are missing because they do not answer."""

    steps = Many(One(StepView))
    away = Many(Text())


class _Asking(threading.Thread):
    """One service's answer, taken beside the others'."""

    def __init__(self, shared: Parts, service: str, arguments: Mapping[str, Any], actor: Actor, correlation: str) -> None:
        super().__init__(daemon=True, name=f"workbench-{service}")
        self._asked = (shared, service, arguments, actor, correlation)
        self.steps: list[dict[str, Any]] = []
        self.refused: BaseException | None = None

    def run(self) -> None:
        """Ask, and keep the answer or why there is none."""
        shared, service, arguments, actor, correlation = self._asked
        try:
            self.steps = shared.services.query(service, QUERY, arguments, actor, correlation, timeout=WITHIN)
        except Exception as error:  # raised again in the request's own thread
            self.refused = error


@resource.serve("GET", "/workbench", arguments=WorkbenchOf, answer=Workbench)
def workbench() -> Response:
    """What is to be done now, for a discharger or for the officer."""
    discharger_id = load(WorkbenchOf(), query_arguments(WorkbenchOf()))["discharger_id"]
    actor = present_session().person.actor
    if discharger_id is None and actor.realm is Realm.ENTERPRISE:
        raise Invalid("input.invalid", fields={"discharger_id": ["此项必填"]})
    services, arguments = (OF_OFFICER, {}) if discharger_id is None else (OF_DISCHARGER, {"discharger_id": discharger_id})
    asking = {service: _Asking(parts(), service, arguments, actor, g.correlation) for service in services}
    for one in asking.values():
        one.start()
    for one in asking.values():
        one.join()
    away = [service for service, one in asking.items() if isinstance(one.refused, Unavailable)]
    for service, one in asking.items():
        if one.refused is not None and service not in away:
            raise one.refused
    return json_answer({"steps": in_order(step for one in asking.values() for step in one.steps), "away": away})
