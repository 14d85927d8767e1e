"""One step of the main flow as the service that owns it sees it: what a user has to do next, and why."""

from dataclasses import dataclass
from datetime import date

DONE, OPEN, WAITING, RETURNED, BLOCKED = "done", "open", "waiting", "returned", "blocked"


@dataclass(frozen=True)
class NextStep:
    """A step and where it stands.

    ``open``: to be done by the one who asks. ``returned``: done, and given back with a reason. ``waiting``: somebody else is at work.
    ``blocked``: the service would refuse it now; ``why`` says what comes first. ``count`` is how many things are left to do, ``due`` the
    last day for the first of them. An ``optional`` step may stay open: nothing waits for it.
    """

    step: str
    title: str
    state: str
    rules: tuple[str, ...]
    why: str | None = None
    due: date | None = None
    count: int | None = None
    optional: bool = False
