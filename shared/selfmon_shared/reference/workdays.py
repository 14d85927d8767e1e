"""Working days (工作日): the national calendar with its make-up days (调休), which officers can override (DOMAIN "Working days")."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

import chinese_calendar

_ONE_DAY = timedelta(days=1)
_FIRST_YEAR = min(chinese_calendar.holidays).year
_LAST_YEAR = max(chinese_calendar.holidays).year


@dataclass(frozen=True, slots=True)
class WorkdayDate:
    """A date reached by counting.

    ``assumed``: a day on the way was of a year that the calendar does not know, and counted by its weekday; whoever shows it warns.
    """

    day: date
    assumed: bool


@dataclass(frozen=True, slots=True)
class WorkdayCalendar:
    """The calendar with the officers' table laid over it: a day → whether it is worked on."""

    overrides: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def knows(self, day: date) -> bool:
        """Whether the day is known: stated by the table, or of a year whose holidays are published."""
        return day in self.overrides or _FIRST_YEAR <= day.year <= _LAST_YEAR

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked on; Monday to Friday where it is not known."""
        if day in self.overrides:
            return self.overrides[day]
        if self.knows(day):
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5

    def add_workdays(self, day: date, count: int) -> WorkdayDate:
        """The ``count``-th working day after the day, which itself does not count; 0 gives the day.

        Raises:
            ValueError: the count is negative.
        """
        if count < 0:
            raise ValueError(f"cannot go back {count} working days")
        assumed = False
        while count > 0:
            day += _ONE_DAY
            assumed = assumed or not self.knows(day)
            count -= self.is_workday(day)
        return WorkdayDate(day, assumed)
