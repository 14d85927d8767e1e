import re
from pathlib import Path

import pytest
from repository import ROOT, text_of, tracked_files

DOCUMENTS = [path for path in tracked_files() if path.suffix == ".md"]
TARGETS = set(re.findall(r"^([a-z-]+):.*?## ", text_of(Path("Makefile")), re.MULTILINE))
COMMAND = re.compile(r"(?:^|`)(?:\$ )?make ([a-z-]+)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def test_every_make_command_in_a_document_exists() -> None:
    unknown = {f"{path}: make {name}" for path in DOCUMENTS for name in COMMAND.findall(text_of(path)) if name not in TARGETS}
    assert unknown == set()


def test_make_help_lists_every_command_that_the_architecture_promises() -> None:
    assert {"help", "run", "demo", "test", "test-one", "soak", "lint", "bench", "catalogue", "clean"} <= TARGETS


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_both_readmes_start_a_newcomer_with_the_same_commands(name: str) -> None:
    assert {"run", "demo", "test"} <= set(COMMAND.findall(text_of(Path(name))))


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{path} → {target}"
        for path in DOCUMENTS
        for target in LINK.findall(text_of(path))
        if not (ROOT / path.parent / target).resolve().exists()
    ]
    assert broken == []


def test_decisions_are_numbered_once_each() -> None:
    records = [path.name for path in DOCUMENTS if path.parent == Path("docs/adr")]
    numbers = [name.partition("-")[0] for name in records]
    assert [name for name in records if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
    assert len(numbers) == len(set(numbers))


def test_ci_runs_what_developers_run() -> None:
    assert "make lint test" in text_of(Path(".ci/run"))
