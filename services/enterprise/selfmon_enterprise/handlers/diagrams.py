"""The monitoring diagram (E8): offered by the enterprise, checked in the child process, then in force or refused."""

from collections.abc import Mapping
from typing import Any

from selfmon_enterprise.commands import ReviseDiagram
from selfmon_enterprise.domain import diagram
from selfmon_enterprise.domain.diagram import DIAGRAM
from selfmon_enterprise.handlers.scope import Work, done, own_discharger

CHECK_DIAGRAM = "check-diagram"


def revise_diagram(command: ReviseDiagram, uow: Work) -> Mapping[str, Any]:
    """E8: decoding a picture is long work, so it is a task; the answer comes before it is done."""
    own_discharger(command.discharger_id, uow)
    loaded = uow.load(DIAGRAM, command.discharger_id)
    offered = uow.append(loaded, diagram.offer(loaded.state, command, uow.reads.active_points(command.discharger_id)))
    payload = {"discharger_id": command.discharger_id, "offer_id": command.command_id, "upload": command.upload}
    uow.schedule(CHECK_DIAGRAM, command.command_id, payload=payload)
    return done(offered)


def accept_diagram(offer: Mapping[str, Any], digest: str, media_type: str, uow: Work) -> None:
    """E8: the check's good end."""
    loaded = uow.load(DIAGRAM, offer["discharger_id"])
    uow.append(loaded, diagram.accept(loaded.state, offer["offer_id"], digest, media_type, uow.now))


def refuse_diagram(offer: Mapping[str, Any], problem: str, uow: Work) -> None:
    """E8: the check's bad end."""
    loaded = uow.load(DIAGRAM, offer["discharger_id"])
    uow.append(loaded, diagram.reject(loaded.state, offer["offer_id"], problem))
