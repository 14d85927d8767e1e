import ast
import re
from pathlib import Path

import pytest
from repository import ROOT, SERVICES, package_of, tracked_files

FOLDERS = sorted({ROOT / path.parent for path in tracked_files() if path.parts[-3:-1] == ("migrations", "versions")})
NUMBERED = re.compile(r"(\d{4})_[a-z0-9_]+\.py")


def constants(path: Path) -> dict[str, object]:
    """The module's top-level names that are set to a constant."""
    found: dict[str, object] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            found.update({target.id: node.value.value for target in targets if isinstance(target, ast.Name)})
    return found


def test_migrations_are_numbered_and_follow_each_other_without_a_branch() -> None:
    for folder in FOLDERS:
        files = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
        assert files, f"{folder}: a migrations folder holds at least its first migration"
        assert [path.name for path in files if not NUMBERED.fullmatch(path.name)] == []
        previous = None
        for number, path in enumerate(files, 1):
            declared = constants(path)
            assert path.name.startswith(f"{number:04d}_"), path
            assert declared["revision"] == f"{number:04d}", path
            assert declared["down_revision"] == previous, path
            previous = declared["revision"]


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_a_service_with_tables_has_migrations(service: Path) -> None:
    package = service / package_of(service)
    if (package / "tables.py").exists() or (package / "tables").is_dir():
        assert package / "migrations" / "versions" in FOLDERS
