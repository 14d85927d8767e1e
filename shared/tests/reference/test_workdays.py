from datetime import date

import pytest

from selfmon_shared.reference.workdays import WorkdayCalendar, WorkdayDate

CALENDAR = WorkdayCalendar()


def test_workdays_holidays_are_none_and_make_up_days_are_some():
    assert not CALENDAR.is_workday(date(2026, 10, 1))
    assert not CALENDAR.is_workday(date(2025, 10, 8))
    assert CALENDAR.is_workday(date(2025, 10, 11))  # a Saturday, worked for the national holiday
    assert CALENDAR.is_workday(date(2025, 10, 9))
    assert not CALENDAR.is_workday(date(2025, 10, 19))


def test_D5_five_working_days_skip_weekends_and_holidays():
    assert CALENDAR.add_workdays(date(2025, 9, 29), 5) == WorkdayDate(date(2025, 10, 13), assumed=False)
    assert CALENDAR.add_workdays(date(2025, 9, 29), 0) == WorkdayDate(date(2025, 9, 29), assumed=False)


def test_workdays_a_year_that_the_calendar_does_not_know_counts_monday_to_friday_and_says_so():
    assert not CALENDAR.knows(date(2099, 1, 1))
    assert CALENDAR.is_workday(date(2099, 1, 1))  # a Thursday
    assert CALENDAR.add_workdays(date(2099, 1, 1), 2) == WorkdayDate(date(2099, 1, 5), assumed=True)
    assert not CALENDAR.knows(date(1990, 1, 1))


def test_workdays_the_officers_table_has_the_last_word():
    table = {date(2099, 1, 1): False, date(2099, 1, 2): True, date(2025, 10, 9): False}
    calendar = WorkdayCalendar(table)
    assert not calendar.is_workday(date(2099, 1, 1))
    assert not calendar.is_workday(date(2025, 10, 9))
    assert calendar.knows(date(2099, 1, 2))
    assert calendar.add_workdays(date(2098, 12, 31), 1).day == date(2099, 1, 2)
    assert WorkdayCalendar({date(2099, 1, 2): True}).add_workdays(date(2099, 1, 1), 1) == WorkdayDate(date(2099, 1, 2), assumed=False)


def test_workdays_counting_back_is_refused():
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.add_workdays(date(2026, 1, 1), -1)
