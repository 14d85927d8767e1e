"""How long the plan document takes against wkhtmltopdf alone on the same HTML, and how much memory: `python tests/bench/pdf.py`."""

import re
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "services/plan/tests/document"))

import plan_samples as samples

from selfmon_plan.document.build import build_plan_pdf
from selfmon_plan.document.html import typeset
from selfmon_plan.document.render import render_html

RUNS = 3


def measure(points: int) -> str:
    """One line of the table, taken in this process."""
    build_plan_pdf(samples.plan(1), None, lambda _percent, _doing: None)  # fonts and file cache warm
    content, diagram = samples.plan(points), samples.diagram()
    full, bare, document = [], [], None
    for _ in range(RUNS):
        began = time.perf_counter()
        document = build_plan_pdf(content, diagram, lambda _percent, _doing: None)
        full.append(time.perf_counter() - began)
        html = typeset(content, None).html
        began = time.perf_counter()
        render_html(html)
        bare.append(time.perf_counter() - began)
    assert document is not None
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    here = int(peak[1]) / 1024 if peak else 0
    engine = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    seconds, alone = statistics.median(full), statistics.median(bare)
    figures = f"{points:6}  {document.pages:5}  {seconds:7.2f}  {alone:7.2f}  {seconds / alone:6.2f}  {here:8.0f}  {engine:10.0f}"
    return f"{figures}  {len(document.pdf) / 1e6:8.2f}\n"


def main() -> None:
    """Print points, pages, seconds, the ratio, and the peak of memory (MB) of the building process and of the engine; medians of three."""
    if len(sys.argv) > 1:
        sys.stdout.write(measure(int(sys.argv[1])))
        return
    sys.stdout.write("points  pages   full s   bare s   ratio   MB here   MB engine   MB file\n")
    for points in (17, 200):  # each in a process of its own, as the service does it
        line = subprocess.run([sys.executable, __file__, str(points)], capture_output=True, text=True, check=True).stdout
        sys.stdout.write(line)


if __name__ == "__main__":
    main()
