"""Waiting for a condition with a deadline: tests never sleep for a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class DeadlinePassed(AssertionError):
    """The awaited condition did not come true in time."""


def eventually(condition: Callable[[], T], *, deadline: float = 10.0, what: str = "", every: float = 0.02) -> T:
    """Answer `condition()` as soon as it is truthy.

    An `AssertionError` raised by the condition counts as "not yet", so it may hold plain asserts (and should then
    return something truthy). `deadline` and `every` are seconds.

    Raises:
        DeadlinePassed: after `deadline` seconds, naming `what` was awaited, the last answer and the last failed assert.
    """
    end = time.monotonic() + deadline
    answer: object = None
    failure: AssertionError | None = None
    while True:
        try:
            result = condition()
        except AssertionError as error:
            failure = error
        else:
            if result:
                return result
            answer, failure = result, None
        if time.monotonic() >= end:
            last = f"last failure: {failure}" if failure is not None else f"last answer: {answer!r}"
            name = what or getattr(condition, "__name__", "condition")
            raise DeadlinePassed(f"{name}: not within {deadline:g} s; {last}") from failure
        time.sleep(every)
