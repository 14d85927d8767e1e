"""Fails if lines or branches of shared, or of the services' domain and handlers, are covered below the promised share."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

LEAST = 95.0
GROUPS = {
    "shared": re.compile(r"^shared/selfmon_shared/"),
    "domain and handlers": re.compile(r"^services/[^/]+/selfmon_[a-z_]+/(domain|handlers)(\.py|/.+\.py)$"),
}


class Share(NamedTuple):
    """Covered and existing lines and branches of some files."""

    lines: int
    covered_lines: int
    branches: int
    covered_branches: int

    @property
    def line_percent(self) -> float:
        return 100.0 * self.covered_lines / self.lines if self.lines else 100.0

    @property
    def branch_percent(self) -> float:
        return 100.0 * self.covered_branches / self.branches if self.branches else 100.0


def share(summaries: list[dict[str, int]]) -> Share:
    keys = ("num_statements", "covered_lines", "num_branches", "covered_branches")
    return Share(*(sum(summary[key] for summary in summaries) for key in keys))


def main() -> int:
    report = Path("coverage.json")
    subprocess.run([sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(report)], check=True)
    files = {name: entry["summary"] for name, entry in json.loads(report.read_text(encoding="utf-8"))["files"].items()}
    failed = False
    for group, pattern in GROUPS.items():
        members = {name: summary for name, summary in files.items() if pattern.search(name)}
        total = share(list(members.values()))
        low = min(total.line_percent, total.branch_percent) < LEAST
        failed |= low
        print(f"{group}: {total.line_percent:.1f} % of {total.lines} lines, {total.branch_percent:.1f} % of {total.branches} branches")
        if low:
            print(f"  below {LEAST:g} %; the files with most to cover:")
            for name, summary in sorted(members.items(), key=lambda item: -missing(item[1]))[:15]:
                print(f"    {missing(summary):5d}  {name}")
    return int(failed)


def missing(summary: dict[str, int]) -> int:
    return summary["missing_lines"] + summary["missing_branches"]


if __name__ == "__main__":
    sys.exit(main())
