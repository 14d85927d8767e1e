from pathlib import Path

import pytest

from selfmon_shared.testing.golden import GoldenMismatch, assert_golden


@pytest.fixture(autouse=True)
def _no_update(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UPDATE_GOLDEN", raising=False)


def test_a_missing_file_fails_and_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(GoldenMismatch, match="UPDATE_GOLDEN=1"):
        assert_golden(tmp_path / "event.json", {"name": "示例"})
    assert list(tmp_path.iterdir()) == []


def test_UPDATE_GOLDEN_writes_a_readable_file_that_then_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "events" / "event.json"
    monkeypatch.setenv("UPDATE_GOLDEN", "1")
    assert_golden(path, {"b": 1, "a": "示例"})
    monkeypatch.delenv("UPDATE_GOLDEN")
    assert_golden(path, {"a": "示例", "b": 1})
    assert path.read_text(encoding="utf-8") == '{\n  "a": "示例",\n  "b": 1\n}\n'


def test_a_difference_is_shown_line_by_line_and_the_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text('{\n  "limit": "35"\n}\n', encoding="utf-8")
    with pytest.raises(GoldenMismatch, match=r'(?s)-  "limit": "35"\n\+  "limit": "50"'):
        assert_golden(path, {"limit": "50"})
    assert '"35"' in path.read_text(encoding="utf-8")
