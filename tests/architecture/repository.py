"""What the wiring tests read: the tracked files of the repository and its distributions."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(path.parent for path in (ROOT / "services").glob("*/pyproject.toml"))
DISTRIBUTIONS = [ROOT / "shared", *SERVICES, ROOT / "deploy"]


def tracked_files() -> list[Path]:
    """Every file that belongs to the repository: committed, or new and not ignored; paths relative to its root."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return sorted(path for name in listing.stdout.split("\0") if name and (ROOT / (path := Path(name))).is_file())


def text_of(path: Path) -> str:
    """The text of a tracked file; empty for a binary one."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def package_of(service: Path) -> str:
    """The import name of a service's folder: services/permit-sync → selfmon_permit_sync."""
    return f"selfmon_{service.name.replace('-', '_')}"
