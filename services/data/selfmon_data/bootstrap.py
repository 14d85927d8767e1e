"""Data, wired."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from selfmon_data import commands, events, handlers, timeline
from selfmon_data.domain.ledger import months_between
from selfmon_data.domain.registrations import Registration
from selfmon_data.domain.rules import Rules
from selfmon_data.duties import month_period
from selfmon_data.projections import project
from selfmon_data.queries import answers, publication
from selfmon_data.queries.reads import SqlReads, batch
from selfmon_data.tables import read
from selfmon_shared.application.definition import CommandSpec, Follow, QuerySpec, ServiceDefinition, TaskSpec
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tasks import TaskContext
from selfmon_shared.contracts.data import PROVIDER
from selfmon_shared.eventstore.model import Model
from selfmon_shared.kernel.contract import Announcement
from selfmon_shared.kernel.events import Recorded
from selfmon_shared.kernel.periods import SHANGHAI, day_of

REFRESH_AT = time(3, 0)
"""Half an hour before the progress statistics are computed (R2)."""
_DISCHARGERS_A_STEP = 500


def announce(recorded: Recorded, state: Any, reads: SqlReads) -> Iterator[Announcement]:
    """The contract events of an event of data."""
    match recorded.data:
        case events.ValuesRecorded() as event:
            yield Announcement("ResultsRecorded", event.batch_id, _results_recorded(event, recorded.recorded_at))
            days = {(value.item_id, day_of(value.time)) for value in event.values}
            yield from _publications(publication.of_batch(reads, event.discharger_id, event.period_kind, days))
        case events.PublicationReviewed() as event:
            yield from _publications(publication.of_registration(reads, state, event.first, event.last))
        case events.MonthCounted() as event:
            yield Announcement("MonthFigures", event.discharger_id, dict(vars(event)))
        case _ if isinstance(state, Registration):
            yield from _registration(recorded, state)


def _results_recorded(event: events.ValuesRecorded, recorded_at: datetime) -> dict[str, Any]:
    times = [value.time for value in event.values]
    return {
        "batch_id": event.batch_id,
        "discharger_id": event.discharger_id,
        "period_kind": event.period_kind,
        "first": min(times),
        "last": max(times),
        "count": len(times),
        "merkle_root": event.merkle_root,
        "recorded_at": recorded_at,
    }


def _publications(payloads: Iterator[dict[str, Any]]) -> Iterator[Announcement]:
    for payload in payloads:
        yield Announcement("PublicationChanged", payload["publication_id"], payload)


def _registration(recorded: Recorded, state: Registration) -> Iterator[Announcement]:
    about = {"registration_id": state.registration_id, "discharger_id": state.discharger_id}
    said = {
        **about,
        "kind": state.kind,
        "point_ids": list(state.point_ids),
        "item_ids": list(state.item_ids),
        "starts_at": state.starts_at,
        "ends_at": state.ends_at,
        "reason": state.reason,
    }
    match recorded.data:
        case events.AbnormalSubmitted() as event:
            filed = {"submission_id": state.registration_id, "digest": event.digest, "afterwards": event.afterwards}
            yield Announcement("AbnormalRegistered", state.registration_id, {**said, **filed, "submitted_at": recorded.recorded_at})
        case events.AbnormalTookEffect():
            yield Announcement("AbnormalTookEffect", state.registration_id, {**said, "in_force_from": recorded.recorded_at})
        case events.AbnormalEnded() as event:
            yield Announcement("AbnormalEnded", state.registration_id, {**about, "ends_at": event.ends_at})
        case events.AbnormalRevoked() as event:
            revoked = {**about, "reason": event.reason, "revoked_at": recorded.recorded_at}
            yield Announcement("AbnormalRevoked", state.registration_id, revoked)


# --- tasks


def count_month(context: TaskContext, rules: Rules) -> Mapping[str, Any]:
    """``month-figures``, key ``<discharger>:<month>``: count the month and announce it if it has changed (D6)."""
    discharger_id, _, month = context.task.key.rpartition(":")
    return context.decide(lambda uow: handlers.count_month(uow, discharger_id, month, rules))


def count_all(context: TaskContext) -> Mapping[str, Any]:
    """``refresh-figures``, every night: have every discharger's months counted, since duties grow with time."""
    with context.reading() as reads:
        everyone = reads.planned_dischargers()
    for start in range(0, len(everyone), _DISCHARGERS_A_STEP):
        some = everyone[start : start + _DISCHARGERS_A_STEP]
        context.decide(lambda uow, some=some: handlers.count_all(uow, some), step=str(start))  # type: ignore[misc]
        context.report(100 * start // len(everyone), "正在统计")
    return {"dischargers": len(everyone)}


def next_refresh(after: datetime, _settings: Settings) -> datetime:
    """The next night's 03:00."""
    at = datetime.combine(day_of(after), REFRESH_AT, SHANGHAI)
    return at if at > after else at + timedelta(days=1)


def republish(context: TaskContext) -> Mapping[str, Any]:
    """``republish``, key = registration: announce anew what is public of the days that it covers, month by month (O2)."""
    payload = context.task.payload
    first, last = date.fromisoformat(payload["first"]), date.fromisoformat(payload["last"])
    with context.reading() as reads:
        within = reads.days_with_values(payload["discharger_id"], first, last)
    if within is None:
        return {"months": 0}
    months = list(months_between(day_of(within[0]), day_of(within[1])))
    for done, month in enumerate(months):
        period = month_period(month)
        one, other = max(first, period.start), min(last, period.end)
        context.decide(lambda uow, one=one, other=other: handlers.republish(uow, context.task.key, one, other), step=month)  # type: ignore[misc]
        context.report(100 * done // len(months), "正在更新公开信息")
    return {"months": len(months)}


def rules_of(environment: Mapping[str, str]) -> Rules:
    """The province's settings: ``ENTRY_BACK_DAYS``, ``ENTRY_WINDOW_DAYS``, ``MIN_OPERATING_DAYS``, ``DAY_MEAN_HOURS``.

    Raises:
        ValueError: one of them is no whole number.
    """
    default = Rules()
    return Rules(**{name: int(environment.get(name.upper(), value)) for name, value in vars(default).items()})


def define(environment: Mapping[str, str] | None = None) -> ServiceDefinition:
    """The definition of data; ``environment`` holds the province's settings."""
    rules = rules_of(environment or {})
    return ServiceDefinition(
        name="data",
        package="selfmon_data",
        provider=PROVIDER,
        model=Model("data", events.types, read, project, SqlReads, announce),
        commands=(
            CommandSpec(PROVIDER.command("enter-hourly"), commands.EnterHourly, partial(handlers.enter_hourly, rules=rules)),
            CommandSpec(PROVIDER.command("enter-manual"), commands.EnterManual, partial(handlers.enter_manual, rules=rules)),
            CommandSpec(PROVIDER.command("explain-abnormal"), commands.ExplainAbnormal, handlers.explain_abnormal),
            CommandSpec(PROVIDER.command("register-abnormal"), commands.RegisterAbnormal, handlers.register_abnormal),
            CommandSpec(PROVIDER.command("end-abnormal"), commands.EndAbnormal, handlers.end_abnormal),
        ),
        queries=(
            QuerySpec(PROVIDER.query("results"), answers.results_of),
            QuerySpec(PROVIDER.query("ledger"), partial(answers.ledger_of, rules=rules), timed=True),
            QuerySpec(PROVIDER.query("registrations"), answers.registrations_of),
            QuerySpec(PROVIDER.query("registration-timeline"), timeline.registration_timeline),
            QuerySpec(PROVIDER.query("next-steps"), partial(answers.next_steps, rules=rules), timed=True),
        ),
        follows=(
            Follow("enterprise", {"EnterpriseRevised": handlers.note_discharger, "LoggerAssigned": handlers.note_logger}),
            Follow("plan", {"PlanTookEffect": handlers.note_plan}),
            Follow(
                "review",
                {
                    "AbnormalApproved": handlers.approve_abnormal,
                    "AbnormalReturned": handlers.return_abnormal,
                    "AbnormalApprovalRevoked": handlers.revoke_abnormal,
                },
            ),
            Follow(
                "permit-sync",
                {
                    "PermitEnded": handlers.note_permit_end,
                    "UploadAcknowledged": handlers.note_receipt,
                    "UploadRefused": handlers.note_refusal,
                },
            ),
        ),
        tasks=(
            TaskSpec("month-figures", partial(count_month, rules=rules)),
            TaskSpec("refresh-figures", count_all, next_run=next_refresh),
            TaskSpec("republish", republish, max_attempts=None),
        ),
        lookups={"batch": batch},
    )
