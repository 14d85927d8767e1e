"""What the province sets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """The province's settings, in days where nothing else is said.

    ``entry_back_days``: how far before the plan's first day values are accepted (D1b).
    ``entry_window_days``: how long after its period's end a manual value can be entered (D3).
    ``min_operating_days``: with fewer operating days left, a period's duty is waived (A2).
    ``day_mean_hours``: so many valid hours make a daily mean (D4).
    """

    entry_back_days: int = 31
    entry_window_days: int = 31
    min_operating_days: int = 1
    day_mean_hours: int = 20
