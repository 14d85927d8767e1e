import re
import tomllib
from pathlib import Path

import pytest
from repository import DISTRIBUTIONS, ROOT, SERVICES, package_of, text_of, tracked_files

PYTHON = [path for path in tracked_files() if path.suffix == ".py"]
MOST_LINES = 420


def test_no_module_is_named_after_nothing() -> None:
    banned = re.compile(r"(^|_)(utils?|helpers?|common|managers?|base|misc)$")
    assert [str(path) for path in PYTHON if any(banned.search(part) for part in (*path.parent.parts, path.stem))] == []


def test_a_file_that_grows_too_long_becomes_a_package() -> None:
    too_long = {str(path): lines for path in PYTHON if (lines := text_of(path).count("\n")) > MOST_LINES}
    assert too_long == {}


def test_a_file_exists_only_if_it_holds_something() -> None:
    assert [str(path) for path in PYTHON if not text_of(path).strip()] == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_distribution_package_and_entry_point_share_the_services_name(service: Path) -> None:
    project = tomllib.loads((service / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == f"selfmon-{service.name}"
    assert (service / package_of(service) / "__init__.py").exists()
    for name, target in project.get("entry-points", {}).get("selfmon.services", {}).items():
        assert (name, target) == (service.name, f"{package_of(service)}.service:definition")


def test_every_library_is_pinned_without_naming_where_it_comes_from() -> None:
    lines = [line for line in text_of(Path("constraints.txt")).splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.]+", line)] == []
    pinned = {normal(line.partition("==")[0]) for line in lines}
    wanted = {name for line in text_of(Path("deploy/setup/tools.txt")).splitlines() if (name := line.strip()) and not name.startswith("#")}
    for distribution in DISTRIBUTIONS:
        project = tomllib.loads((distribution / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        wanted |= {re.split(r"[\[<>=;! ]", dependency)[0] for dependency in project["dependencies"]}
    assert sorted(name for name in map(normal, wanted) if name not in pinned and not name.startswith("selfmon-")) == []


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_set_up_installs_every_distribution() -> None:
    script = text_of(Path("deploy/setup/python-packages.sh"))
    makefile = text_of(Path("Makefile"))
    for distribution in DISTRIBUTIONS:
        assert f" {distribution.relative_to(ROOT)}" in script, "deploy/setup/python-packages.sh"
        package = next(path.name for path in distribution.iterdir() if (path / "__init__.py").exists() and path.name != "tests")
        assert f" {package}" in makefile, "PACKAGES in Makefile, for the type check"
