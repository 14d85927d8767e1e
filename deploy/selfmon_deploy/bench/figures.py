"""What was measured, and how it is printed."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_COLUMNS = ("", "ours", "theirs", "unit", "ratio", "promised", "p50 ms", "p99 ms", "peer")
_WORDS = ("", "unit", "promised", "peer")


@dataclass(frozen=True)
class Figure:
    """One line: ours beside a peer, round by round.

    ``ours`` and ``peer`` hold one value a round, in ``unit``. The ratio is the median of the rounds' ratios: whatever else the machine
    did in a round, it did to both. ``promise`` is the ratio promised at least, or with ``at_most`` the highest allowed; without a peer it
    speaks of the value itself. ``latencies`` are seconds of single requests of all rounds.
    """

    what: str
    ours: Sequence[float]
    unit: str
    peer: Sequence[float] = ()
    against: str = ""
    promise: float | None = None
    at_most: bool = False
    latencies: Sequence[float] = ()

    @property
    def value(self) -> float:
        """Ours."""
        return statistics.median(self.ours)

    @property
    def ratio(self) -> float | None:
        """Ours to the peer's."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.ours, self.peer, strict=True)) if self.peer else None

    @property
    def missed(self) -> bool:
        """Whether a promise was made and not kept."""
        if self.promise is None:
            return False
        judged = self.value if self.ratio is None else self.ratio
        return judged > self.promise if self.at_most else judged < self.promise

    def cells(self) -> list[str]:
        """The line's texts, one a column."""
        promised = "" if self.promise is None else f"{'≤' if self.at_most else '≥'} {self.promise:g}{' MISSED' if self.missed else ''}"
        return [
            self.what,
            _number(self.value),
            _number(statistics.median(self.peer)) if self.peer else "",
            self.unit,
            "" if self.ratio is None else f"{self.ratio:.2f}",
            promised,
            *(f"{percentile(self.latencies, share) * 1000:.1f}" if self.latencies else "" for share in (0.50, 0.99)),
            self.against,
        ]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * int(share * 100) // 100) - 1))]


def table(heading: str, figures: Sequence[Figure]) -> str:
    """The lines under a heading, columns aligned."""
    rows = [[heading, *_COLUMNS[1:]], *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    return "\n".join(["", lines[0], "─" * max(map(len, lines)), *lines[1:]])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Words to the left, numbers to the right."""
    return [
        text.ljust(width) if _COLUMNS[column] in _WORDS else text.rjust(width)
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
