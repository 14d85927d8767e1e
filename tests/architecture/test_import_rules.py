"""The import rules of pyproject.toml, tried on a small tree that breaks each of them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from repository import ROOT, SERVICES, package_of, text_of

PACKAGES = ["selfmon_shared", "selfmon_deploy", *(package_of(service) for service in SERVICES)]
BREACHES = {
    "Services never import each other": {"selfmon_plan/domain.py": "import selfmon_data\n"},
    "shared never imports a service, and nothing imports deploy": {"selfmon_shared/reference.py": "import selfmon_plan\n"},
    "Inside a service, imports run from the edge to the rules": {"selfmon_plan/handlers.py": "from selfmon_plan import tables\n"},
    "The rules know no framework": {"selfmon_plan/domain.py": "import sqlalchemy\n"},
    "nameko and eventlet stay at the edge": {"selfmon_plan/projections.py": "import eventlet\n"},
}


def lint(tree: Path, files: dict[str, str]) -> dict[str, str]:
    """Lint a tree of the platform's packages that holds just these files; answers KEPT or BROKEN by contract."""
    for package in PACKAGES:
        (tree / package).mkdir()
        (tree / package / "__init__.py").touch()
    (tree / "selfmon_shared" / "messaging").mkdir()
    (tree / "selfmon_shared" / "messaging" / "__init__.py").touch()
    for name in ("kernel", "reference"):
        (tree / "selfmon_shared" / f"{name}.py").touch()
    for name in ("service", "bootstrap", "tables", "projections", "handlers", "domain", "events"):
        (tree / "selfmon_plan" / f"{name}.py").touch()
    for name, text in files.items():
        (tree / name).write_text(text, encoding="utf-8")
    configuration = tree / "pyproject.toml"
    configuration.write_text(text_of(Path("pyproject.toml")), encoding="utf-8")
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--config", str(configuration), "--no-cache"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    return dict(re.findall(r"^(.*?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_of_the_rule_is_found_and_no_other_one(tmp_path: Path, contract: str) -> None:
    verdicts = lint(tmp_path, BREACHES[contract])
    assert [name for name, verdict in verdicts.items() if verdict == "BROKEN"] == [contract]
    assert set(verdicts) == set(BREACHES)


def test_the_edge_may_use_nameko_and_eventlet(tmp_path: Path) -> None:
    edge = {f"selfmon_plan/{name}.py": "import nameko\nimport eventlet\n" for name in ("service", "bootstrap")}
    verdicts = lint(tmp_path, {**edge, "selfmon_shared/messaging/entrypoints.py": "import nameko.events\nimport eventlet.green\n"})
    assert set(verdicts.values()) == {"KEPT"}


def test_every_service_is_under_the_rules() -> None:
    rules = text_of(Path("pyproject.toml")).partition("[tool.importlinter]")[2]
    assert [service.name for service in SERVICES if f'"{package_of(service)}"' not in rules] == []
    assert ROOT.joinpath("pyproject.toml").exists()
