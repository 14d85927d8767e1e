"""Every error that somebody may meet has a stable code with one Chinese message, and no message stands for nothing."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfmon_gateway.acts import ACTS
from selfmon_gateway.problems import CATALOGUE
from selfmon_shared.application.discovery import definitions
from selfmon_shared.contracts.providers import ERRORS
from selfmon_shared.kernel.errors import Refusal

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted([ROOT / "shared" / "selfmon_shared", *(ROOT / "services").glob("*/selfmon_*[a-z]")])
CODE = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")
OTHERS = {stored for definition in definitions().values() for stored in definition.model.types.names} | ACTS.keys()
"""Stored event types and acts of the audit trail, which have the form of codes."""
GROUPS = {code.partition(".")[0] for code in CATALOGUE.messages}


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        for path in package.rglob("*.py"):
            if "contracts" not in path.parts and "testing" not in path.parts and path.name != "problems.py":
                yield path


def codes_in(path: Path) -> Iterator[tuple[str, int]]:
    """What an error is raised with, and every other text that reads as a code of a group which the catalogue has (of fields)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    refusals = imported_refusals(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in refusals:
            yield from ((str(code.value), node.lineno) for code in node.args[:1] if isinstance(code, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and reads_as_code(node.value):
            yield node.value, node.lineno


def reads_as_code(text: str) -> bool:
    return bool(CODE.fullmatch(text)) and text.partition(".")[0] in GROUPS and text not in OTHERS and not text.endswith(".csv")


def imported_refusals(tree: ast.Module) -> set[str]:
    """The kernel's errors that a module imports; the nation's own refusals in permit-sync are another thing of that name."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == Refusal.__module__)
    return {alias.name for node in imports for alias in node.names}


def used() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in modules():
        for code, line in codes_in(path):
            found[code].append(f"{path.relative_to(ROOT)}:{line}")
    return found


USED = used()
ANSWERED_BY_NUMBER = {"route.unknown", "route.method-not-allowed", "request.too-large", "request.malformed"}
"""Codes that the gateway answers for what Flask itself refuses."""


def test_every_code_that_is_raised_has_a_message() -> None:
    assert {code: places for code, places in USED.items() if code not in CATALOGUE.messages} == {}


def test_every_message_belongs_to_a_code_that_is_raised() -> None:
    assert CATALOGUE.messages.keys() - USED.keys() - ANSWERED_BY_NUMBER == set()


@pytest.mark.parametrize("code", sorted(CATALOGUE.messages))
def test_a_message_is_one_plain_chinese_sentence(code: str) -> None:
    message = CATALOGUE.messages[code]
    assert CODE.fullmatch(code)
    assert re.search(r"[\u4e00-\u9fff]", message)
    assert message == message.strip()
    assert not message.endswith(("。", ".", "！"))
    assert not re.search(r"(?i)error|exception|null|none|traceback", message)


def test_the_whole_catalogue_holds_every_providers_codes() -> None:
    assert ERRORS.messages.items() <= CATALOGUE.messages.items()
