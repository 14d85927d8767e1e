"""Golden files: answers that were looked at once, and must stay as they are."""

import difflib
import json
import os
from pathlib import Path
from typing import Any


class GoldenMismatch(AssertionError):
    """The value is not what the golden file holds, or there is no golden file."""


def canonical_text(value: Any) -> str:
    """The value as the JSON text that golden files hold: sorted keys, two spaces, Chinese readable, one closing newline.

    Raises:
        TypeError: the value holds something that JSON has no form for.
    """
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n"


def assert_golden(path: Path, value: Any) -> None:
    """Assert that the value equals the golden file's.

    With `UPDATE_GOLDEN=1` in the environment a missing or different file is written instead; look at the change before
    you commit it. Files of stored event versions are never edited: a changed event is a new version with a new file.

    Raises:
        GoldenMismatch: with a line-by-line difference, or with the way to make a missing file.
    """
    actual = canonical_text(value)
    update = os.environ.get("UPDATE_GOLDEN") == "1"
    expected = path.read_text(encoding="utf-8") if path.exists() else None
    if expected == actual:
        return
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, encoding="utf-8")
        return
    if expected is None:
        raise GoldenMismatch(f"{path} does not exist. Make it with UPDATE_GOLDEN=1, look at it, commit it. The value is:\n{actual}")
    difference = "".join(difflib.unified_diff(expected.splitlines(True), actual.splitlines(True), f"{path.name} (golden)", "now"))
    raise GoldenMismatch(f"{path} differs:\n{difference}")
