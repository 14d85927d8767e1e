"""What the simulated national platform is told to do wrong. With a seed, the same requests meet the same faults."""

import random
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class FaultsInvalid(ValueError):
    """Settings that the simulator does not know, or that are out of range."""


class Fault(StrEnum):
    """What happens to one request.

    ``error``: 503 and no effect. ``timeout``: no answer, no effect. ``cut``: done, and the answer ends in its middle.
    ``lost-receipt``: done, and the connection closes without an answer. ``none``: all is well (to leave a request out in ``next``).
    """

    ERROR = "error"
    TIMEOUT = "timeout"
    CUT = "cut"
    LOST_RECEIPT = "lost-receipt"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """Uploads that are refused: those that agree with every field which is set.

    With ``lines`` (field → value) only the lines that have these values are refused; all of them refused is the upload refused.
    """

    code: str
    text: str
    kind: str | None = None
    uscc: str | None = None
    permit_number: str | None = None
    lines: Mapping[str, Any] | None = None

    def concerns(self, upload: Mapping[str, Any]) -> bool:
        """Whether it speaks of this upload."""
        return all(
            wanted is None or upload.get(name) == wanted
            for name, wanted in (("kind", self.kind), ("uscc", self.uscc), ("permit_number", self.permit_number))
        )


@dataclass(frozen=True, slots=True)
class FaultSettings:
    """All settings. Rates are parts of 1; ``lost_receipt_rate`` concerns uploads alone. ``next`` goes before the rates: one per request.

    ``shuffle``: outlets and requirements in another order each time. ``repeat_pages``: each page comes twice. ``malformed``: these
    permits' records cannot be read.
    """

    error_rate: float = 0.0
    timeout_rate: float = 0.0
    cut_rate: float = 0.0
    lost_receipt_rate: float = 0.0
    timeout_seconds: float = 30.0
    shuffle: bool = False
    repeat_pages: bool = False
    malformed: tuple[str, ...] = ()
    refuse: tuple[RefusalRule, ...] = ()
    next: tuple[Fault, ...] = ()
    seed: int = 0

    @classmethod
    def from_json(cls, data: Any) -> "FaultSettings":
        """The settings of a JSON object; what it leaves out is as without faults.

        Raises:
            FaultsInvalid: an unknown setting, or one that is out of range.
        """
        if not isinstance(data, Mapping):
            raise FaultsInvalid("an object of settings is wanted")
        unknown = set(data) - {known.name for known in fields(cls)}
        if unknown:
            raise FaultsInvalid(f"unknown: {', '.join(sorted(unknown))}")
        try:
            settings = cls(
                **dict(data)
                | {
                    "malformed": tuple(data.get("malformed", ())),
                    "refuse": tuple(RefusalRule(**rule) for rule in data.get("refuse", ())),
                    "next": tuple(Fault(name) for name in data.get("next", ())),
                }
            )
        except (TypeError, ValueError) as error:
            raise FaultsInvalid(str(error)) from error
        for name in ("error_rate", "timeout_rate", "cut_rate", "lost_receipt_rate"):
            rate = getattr(settings, name)
            if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
                raise FaultsInvalid(f"{name} is a part of 1")
        return settings

    def to_json(self) -> dict[str, Any]:
        """Plain data that :meth:`from_json` reads."""
        return asdict(self)


class Faults:
    """The settings at work: what the next request meets, and in which order things are sent. Safe to be asked from several threads."""

    def __init__(self, settings: FaultSettings) -> None:
        self._lock = threading.Lock()
        self._settings = settings
        self._next: list[Fault] = []
        self._random = random.Random()  # noqa: S311 - faults are to be repeatable, not secret
        self._repeated: set[str] = set()
        self.set(settings)

    @property
    def settings(self) -> FaultSettings:
        """What is set now."""
        return self._settings

    def set(self, settings: FaultSettings) -> None:
        """Replace all settings, and begin the seed's sequence anew."""
        with self._lock:
            self._settings = settings
            self._next = list(settings.next)
            self._random.seed(settings.seed)
            self._repeated = set()

    def draw(self, *, upload: bool) -> Fault:
        """What the request that has just come meets."""
        with self._lock:
            if self._next:
                return self._next.pop(0)
            drawn = self._random.random()
            rates = (
                (Fault.ERROR, self._settings.error_rate),
                (Fault.TIMEOUT, self._settings.timeout_rate),
                (Fault.CUT, self._settings.cut_rate),
                (Fault.LOST_RECEIPT, self._settings.lost_receipt_rate if upload else 0.0),
            )
            for fault, rate in rates:
                if drawn < rate:
                    return fault
                drawn -= rate
            return Fault.NONE

    def repeats(self, cursor: str) -> bool:
        """Whether the page after this cursor comes once more: true the first time that it is asked for."""
        with self._lock:
            if not self._settings.repeat_pages or cursor in self._repeated:
                return False
            self._repeated.add(cursor)
            return True

    def disguise(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record as it is sent: in another order, or broken, where that is set."""
        if record["PWXKZBH"] in self._settings.malformed:
            return record | {"XKYXQXZ": "长期", "ZXJCYQ": [*record["ZXJCYQ"], {"WRYLB": "废气", "JCSS": "目测"}]}
        if not self._settings.shuffle:
            return record
        with self._lock:
            mixed = {name: self._random.sample(record[name], len(record[name])) for name in ("PFK", "ZXJCYQ")}
        return record | mixed
