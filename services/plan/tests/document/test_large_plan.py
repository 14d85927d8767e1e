"""A plan of 200 points: exact numbers, bounded memory (`make bench` prints the time). In a process of its own, as in service."""

import json
import subprocess
import sys
from pathlib import Path

from pdf_reading import contents, squeezed, texts

REPORT = """
import json, re, resource, sys
sys.path.insert(0, sys.argv[1])
import plan_samples as samples
from selfmon_plan.document.build import build_plan_pdf
content = samples.plan(200)
document = build_plan_pdf(content, samples.diagram(), lambda p, d: None)
own = int(re.search("VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])  # ru_maxrss also remembers who started this process
peak = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
open(sys.argv[2], "wb").write(document.pdf)
print(json.dumps({"pages": document.pages, "peak": peak}))
"""


def test_P2_a_plan_of_200_points_is_numbered_exactly_within_200_megabytes(tmp_path: Path) -> None:
    file = tmp_path / "plan.pdf"
    run = subprocess.run(
        [sys.executable, "-c", REPORT, str(Path(__file__).parent), str(file)], capture_output=True, text=True, check=True, timeout=300
    )
    figures = json.loads(run.stdout)
    assert figures["peak"] <= 200
    pages = texts(file.read_bytes())
    lines = contents(pages)
    assert len(lines) == 8 + 5 + 200
    for text, page in lines:
        assert squeezed(text) in squeezed(pages[page - 1])
    assert f"第{len(pages)}页/共{len(pages)}页" in squeezed(pages[-1])
