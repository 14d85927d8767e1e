"""The plan's PDF: seconds for a small and a large plan against wkhtmltopdf alone on the same HTML, and the peak of memory."""

import subprocess
import sys
from pathlib import Path

from selfmon_deploy.bench.figures import Figure
from selfmon_deploy.bench.rounds import Bench

# Beside the plan's tests, whose sample plans it prints.
MEASURER = Path(__file__).parents[3] / "tests/bench/pdf.py"
LARGE, MOST_RATIO, MOST_MEMORY = 200, 2.2, 200  # the time is promised for a large plan: the fixed costs weigh on a small one


def measure(run: Bench) -> list[Figure]:
    """Medians of three documents of each size, made in a process of their own, as the service does.

    Raises:
        RuntimeError: this is not a check-out of the repository, or the document could not be made.
    """
    return [figure for points in run.extent.points for figure in _figures(points)]


def _figures(points: int) -> list[Figure]:
    done = subprocess.run([sys.executable, str(MEASURER), str(points)], capture_output=True, text=True, timeout=240, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the document was not made: {done.stderr[-800:]}")
    _points, pages, full, bare, _ratio, here, engine, *_ = (float(text) for text in done.stdout.split())
    what = f"{points} points, {pages:.0f} pages"
    return [
        Figure(what, [full], "s", [bare], "wkhtmltopdf alone", MOST_RATIO if points == LARGE else None, at_most=True),
        Figure("  peak of memory, own process", [here], "MB", promise=MOST_MEMORY, at_most=True),
        Figure("  peak of memory, wkhtmltopdf", [engine], "MB", promise=MOST_MEMORY, at_most=True),
    ]
