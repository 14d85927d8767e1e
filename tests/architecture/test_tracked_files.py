import re
from pathlib import Path

from repository import text_of, tracked_files

# Written in pieces, so that this file does not find itself.
REGISTRY = re.compile(
    "py" r"pi\.org|pytho" r"nhosted|npm" r"js\.(org|com)|deb\.deb" r"ian\.org|index-" r"url|npm" r"mirror|https?://[^\s\"']*/simple/"
)
MACHINE = re.compile(r"(?<![\w.])/(wo" r"rk|ro" r"ot|ho" r"me)/\w")
LEFT_OPEN = re.compile("TO" r"DO|FIX" r"ME|XX" r"X\b|NotImplemented" r"Error")


def found(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in files
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_registry() -> None:
    assert found(REGISTRY, tracked_files()) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert found(MACHINE, [path for path in tracked_files() if path.suffix != ".csv"]) == []


def test_nothing_is_left_open_in_code() -> None:
    assert found(LEFT_OPEN, [path for path in tracked_files() if path.suffix in {".py", ".sh", ".toml", ".yaml", ".html"}]) == []


def test_nothing_that_a_command_makes_is_tracked() -> None:
    made = re.compile(r"(^|/)(__pycache__|\.venv|var|node_modules|[^/]+\.egg-info)/|\.pyc$|(^|/)\.coverage")
    assert [str(path) for path in tracked_files() if made.search(str(path))] == []


def test_names_of_code_are_not_pinyin() -> None:
    pinyin = re.compile(r"(?i)(^|[_/.-])(qiye|paiwu|xuke|jiance|fangan|shenhe|huanbao|shuju|gongkai|dianwei|xiangmu)")
    assert [str(path) for path in tracked_files() if pinyin.search(str(path))] == []
