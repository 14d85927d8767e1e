"""Data's command handlers and policies."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from selfmon_data.commands import EndAbnormal, EnterHourly, EnterManual, ExplainAbnormal, RegisterAbnormal
from selfmon_data.domain import entries, ledger, plan, registrations
from selfmon_data.domain.entries import DAY, ENTRIES, HOUR, MANUAL, HourOfDay, Present
from selfmon_data.domain.ledger import MONTH, Facts, StoredValue
from selfmon_data.domain.plan import DISCHARGER, PLAN, PlanState
from selfmon_data.domain.registrations import DEVICE_FAULT, NOT_PUBLIC, REGISTRATION, Registration
from selfmon_data.domain.rules import Rules
from selfmon_data.duties import day_span, month_name, month_period
from selfmon_data.events import (
    DischargerNoted,
    LoggerNoted,
    PermitEndNoted,
    PlannedItem,
    PlannedPoint,
    PlanNoted,
    PublicationReviewed,
    UploadNoted,
    ValuesRecorded,
)
from selfmon_shared.kernel.actor import require_enterprise
from selfmon_shared.kernel.aggregate import Loaded
from selfmon_shared.kernel.codec import from_data
from selfmon_shared.kernel.contract import Message
from selfmon_shared.kernel.errors import NotFound
from selfmon_shared.kernel.periods import Period, day_of, day_start
from selfmon_shared.kernel.work import UnitOfWork


class Reads(Protocol):
    """Data's look-ups."""

    def hold(self, discharger_id: str) -> None:
        """Let the entries of one discharger come one after the other, so that two corrections at once are two revisions."""
        ...

    def present(self, item_ids: Collection[str], period_kind: str, first: datetime, last: datetime) -> Present:
        """The present values of items from one time to another (both included)."""
        ...

    def hours(self, item_ids: Collection[str], first: datetime, end: datetime) -> Sequence[HourOfDay]:
        """The present hourly values of items within a span."""
        ...

    def registrations(self, discharger_id: str) -> Sequence[Registration]:
        """All registrations of a discharger."""
        ...

    def stored(self, discharger_id: str, month: Period, manual_from: date) -> Sequence[StoredValue]:
        """The present values that count in a month."""
        ...


Work = UnitOfWork[Reads]


# --- entries


def enter_hourly(command: EnterHourly, uow: Work, rules: Rules) -> Mapping[str, Any]:
    """D1, D1b, D4: hourly values, and the daily means of wastewater that follow from them."""
    require_enterprise(uow.actor, command.discharger_id)
    uow.reads.hold(command.discharger_id)
    plans = uow.load(PLAN, command.discharger_id).state
    discharger = uow.load(DISCHARGER, command.discharger_id).state
    times = [entry.hour for entry in command.values]
    present = uow.reads.present({entry.item_id for entry in command.values}, HOUR, min(times), max(times))
    batch = uow.load(ENTRIES, _entries_key(command.discharger_id, command.command_id))
    events = entries.enter_hourly(command, plans, discharger, present, rules)
    uow.append(batch, events)
    _append_daily_means(command, uow, plans, rules)
    for month in sorted({month_name(time) for time in times}):
        _count_soon(uow, command.discharger_id, month)
    return _entered(events)


def _append_daily_means(command: EnterHourly, uow: Work, plans: PlanState, rules: Rules) -> None:
    judged_daily = {
        entry.item_id
        for entry in command.values
        if (planned := plans.find(entry.item_id, entry.hour)) is not None and entries.has_daily_mean(planned)
    }
    if not judged_daily:
        return
    days = sorted({day_of(entry.hour) for entry in command.values if entry.item_id in judged_daily})
    first, end = day_start(days[0]), day_start(days[-1] + timedelta(days=1))
    touched = {(entry.item_id, day_of(entry.hour)) for entry in command.values}
    hours = [one for one in uow.reads.hours(judged_daily, first, end) if (one.item_id, day_of(one.time)) in touched]
    present = uow.reads.present(judged_daily, DAY, first, end)
    batch_id = f"{command.command_id}.day"
    batch = uow.load(ENTRIES, _entries_key(command.discharger_id, batch_id))
    uow.append(batch, entries.daily_means(batch_id, command.discharger_id, plans, hours, present, rules, command.at))


def enter_manual(command: EnterManual, uow: Work, rules: Rules) -> Mapping[str, Any]:
    """D3, D3b, D4; A2: by hand too while an automatic item's device is out."""
    require_enterprise(uow.actor, command.discharger_id)
    uow.reads.hold(command.discharger_id)
    plans = uow.load(PLAN, command.discharger_id).state
    time = day_start(command.sampled_on)
    planned = plans.find(command.item_id, time)
    present = uow.reads.present({command.item_id}, MANUAL, time, time)
    batch = uow.load(ENTRIES, _entries_key(command.discharger_id, command.command_id))
    device_out = planned is not None and _device_out(uow, command, planned.point.point_id)
    events = entries.enter_manual(command, plans, present, rules, device_out=device_out)
    uow.append(batch, events)
    if planned is not None:
        for month in sorted(ledger.counting_months(planned, command.sampled_on)):
            _count_soon(uow, command.discharger_id, month)
    return _entered(events)


def _device_out(uow: Work, command: EnterManual, point_id: str) -> bool:
    start, end = day_span(command.sampled_on)
    return any(
        one.kind == DEVICE_FAULT and one.has_effect and one.covers(point_id, command.item_id) and one.span[0] < end and start < one.span[1]
        for one in uow.reads.registrations(command.discharger_id)
    )


def explain_abnormal(command: ExplainAbnormal, uow: Work) -> Mapping[str, Any]:
    """D2."""
    require_enterprise(uow.actor, command.discharger_id)
    plans = uow.load(PLAN, command.discharger_id).state
    known = any(command.item_id in version.items for version in plans.versions)
    exists = known and bool(uow.reads.present({command.item_id}, HOUR, command.hour, command.hour))
    explained = uow.load(ENTRIES, _entries_key(command.discharger_id, command.command_id))
    uow.append(explained, entries.explain(command, exists=exists))
    return {"batch_id": command.command_id, "count": 1, "corrected": 0, "exceeding": 0}


def _entries_key(discharger_id: str, batch_id: str) -> str:
    return f"{discharger_id}-{batch_id}"


def _entered(events: Sequence[Any]) -> Mapping[str, Any]:
    (batch,) = [event for event in events if isinstance(event, ValuesRecorded)]
    return {
        "batch_id": batch.batch_id,
        "count": len(batch.values),
        "corrected": sum(value.revision > 1 for value in batch.values),
        "exceeding": sum(value.exceeds is True for value in batch.values),
    }


# --- abnormal registrations


def register_abnormal(command: RegisterAbnormal, uow: Work) -> Mapping[str, Any]:
    """A1."""
    require_enterprise(uow.actor, command.discharger_id)
    uow.reads.hold(command.discharger_id)
    plans = uow.load(PLAN, command.discharger_id).state
    registration = uow.load(REGISTRATION, command.command_id)
    others = uow.reads.registrations(command.discharger_id)
    return _registered(uow.append(registration, registrations.register(registration.state, command, plans, others)))


def end_abnormal(command: EndAbnormal, uow: Work) -> Mapping[str, Any]:
    """A1; what it covered beyond the new end is owed and public again."""
    registration = uow.load(REGISTRATION, command.registration_id)
    if not registration.exists:
        raise NotFound("abnormal.unknown")
    require_enterprise(uow.actor, registration.state.discharger_id)
    ended = uow.append(registration, registrations.end(registration.state, command))
    _effect_changed(uow, registration.state)
    return _registered(ended)


def _registered(registration: Loaded[Registration]) -> Mapping[str, Any]:
    return {"registration_id": registration.key, "state": registration.state.state}


def _effect_changed(uow: Work, registration: Registration) -> None:
    plans = uow.load(PLAN, registration.discharger_id).state
    for month in ledger.affected_months(plans, registration.span, uow.now):
        _count_soon(uow, registration.discharger_id, month)
    if registration.kind == NOT_PUBLIC:
        first, end = registration.span
        last = day_of(min(end, uow.now))
        payload = {"discharger_id": registration.discharger_id, "first": day_of(first).isoformat(), "last": last.isoformat()}
        uow.schedule("republish", registration.registration_id, None, payload)


def republish(uow: Work, registration_id: str, first: date, last: date) -> None:
    """O2: announce anew what is public of the days that a registration covers."""
    registration = uow.load(REGISTRATION, registration_id)
    uow.append(registration, [PublicationReviewed(registration.state.discharger_id, first, last)])


# --- figures


def _count_soon(uow: Work, discharger_id: str, month: str) -> None:
    """At most once a minute per discharger and month (DESIGN 4)."""
    next_minute = uow.now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    uow.schedule("month-figures", f"{discharger_id}:{month}", next_minute)


def count_month(uow: Work, discharger_id: str, month_: str, rules: Rules) -> Mapping[str, Any]:
    """D6: count a month, and note the figures if they have changed."""
    month = month_period(month_)
    plans = uow.load(PLAN, discharger_id).state
    facts = Facts(
        plan=plans,
        discharger=uow.load(DISCHARGER, discharger_id).state,
        registrations=uow.reads.registrations(discharger_id),
        values=uow.reads.stored(discharger_id, month, ledger.manual_values_from(plans, month)),
    )
    counted = uow.load(MONTH, f"{discharger_id}:{month_}")
    counts = ledger.count_month(facts, month, uow.now, rules)
    uow.append(counted, ledger.note_figures(counted.state, discharger_id, month_, counts))
    return {"owed": counts.total.owed, "missing": counts.missing}


def count_all(uow: Work, discharger_ids: Sequence[str]) -> None:
    """D6: have this month and the one before counted, since hours become owed as time passes."""
    today = day_of(uow.now)
    before = today.replace(day=1) - timedelta(days=1)
    for discharger_id in discharger_ids:
        for day in (before, today):
            _count_soon(uow, discharger_id, f"{day:%Y-%m}")


# --- policies: what other services' messages lead to


def note_discharger(message: Message, uow: Work) -> None:
    """``EnterpriseRevised``: who may see it."""
    payload = message.payload
    noted = DischargerNoted(payload["discharger_id"], payload["name"], payload["region"])
    discharger = uow.load(DISCHARGER, noted.discharger_id)
    uow.append(discharger, plan.note_discharger(discharger.state, noted))


def note_logger(message: Message, uow: Work) -> None:
    """``LoggerAssigned``: hand values of its point are supplements (D1b)."""
    payload = message.payload
    discharger = uow.load(DISCHARGER, payload["discharger_id"])
    uow.append(discharger, plan.note_discharger(discharger.state, LoggerNoted(payload["mn"], payload["point_id"])))


def note_permit_end(message: Message, uow: Work) -> None:
    """``PermitEnded``: it ends the duties (E5)."""
    payload = message.payload
    discharger = uow.load(DISCHARGER, payload["discharger_id"])
    noted = PermitEndNoted(payload["permit_number"], payload["kind"], from_data(datetime, payload["ended_at"]))
    uow.append(discharger, plan.note_discharger(discharger.state, noted))
    plans = uow.load(PLAN, discharger.key).state
    for month in ledger.affected_months(plans, (noted.ended_at, uow.now), uow.now):
        _count_soon(uow, discharger.key, month)


def note_plan(message: Message, uow: Work) -> None:
    """``PlanTookEffect``: what is owed and judged from now on."""
    payload = message.payload
    noted = PlanNoted(
        plan_id=payload["plan_id"],
        discharger_id=payload["discharger_id"],
        version=payload["version"],
        in_force_from=from_data(datetime, payload["in_force_from"]),
        points=tuple(_planned_point(point) for point in payload["points"]),
    )
    plans = uow.load(PLAN, noted.discharger_id)
    events = plan.note_plan(plans.state, noted)
    after = uow.append(plans, events)
    for month in ledger.affected_months(after.state, (noted.in_force_from, uow.now), uow.now) if events else ():
        _count_soon(uow, noted.discharger_id, month)


def _planned_point(point: Mapping[str, Any]) -> PlannedPoint:
    items = tuple(_planned_item(item) for item in point["items"] if item["active"])
    return PlannedPoint(point["point_id"], point["code"], point["name"], point["kind"], items)


def _planned_item(item: Mapping[str, Any]) -> PlannedItem:
    limits = item["limits"]
    flat = {**item, "lower": limits.get("lower"), "upper": limits.get("upper"), "unit": limits.get("unit", "")}
    defaults = {"limit_text": limits.get("text", ""), "reference_oxygen": item.get("reference_oxygen")}
    return from_data(PlannedItem, {**flat, **defaults, "disclosure_days": item.get("disclosure_days", 5)})


def approve_abnormal(message: Message, uow: Work) -> None:
    """``AbnormalApproved`` (A2)."""
    registration = uow.load(REGISTRATION, message.payload["subject_id"])
    events = registrations.approve(registration.state)
    after = uow.append(registration, events)
    if events:
        _effect_changed(uow, after.state)


def return_abnormal(message: Message, uow: Work) -> None:
    """``AbnormalReturned`` (A2)."""
    registration = uow.load(REGISTRATION, message.payload["subject_id"])
    uow.append(registration, registrations.send_back(registration.state, message.payload["reason"]))


def revoke_abnormal(message: Message, uow: Work) -> None:
    """``AbnormalApprovalRevoked`` (A2): the duties and the publication are back."""
    registration = uow.load(REGISTRATION, message.payload["subject_id"])
    events = registrations.revoke(registration.state, message.payload["reason"])
    uow.append(registration, events)
    if events:
        _effect_changed(uow, registration.state)


def note_receipt(message: Message, uow: Work) -> None:
    """``UploadAcknowledged`` (N2)."""
    _note_upload(message, uow, "acknowledged", receipt=message.payload["receipt"])


def note_refusal(message: Message, uow: Work) -> None:
    """``UploadRefused`` (N2)."""
    _note_upload(message, uow, "refused", reason=message.payload["reason"])


def _note_upload(message: Message, uow: Work, state: str, *, receipt: str | None = None, reason: str | None = None) -> None:
    kind, subject_id = message.payload["kind"], message.payload["subject_id"]
    uploaded: Loaded[Any]
    match kind:
        case "results":
            uploaded = uow.load(ENTRIES, _entries_key(message.payload["discharger_id"], subject_id))
        case "abnormal":
            uploaded = uow.load(REGISTRATION, subject_id)
        case _:
            return
    if uploaded.exists:
        lines = {line["line"]: line["reason"] for line in message.payload.get("lines", ())}
        uow.append(uploaded, [UploadNoted(kind, subject_id, state, receipt, reason, lines)])
