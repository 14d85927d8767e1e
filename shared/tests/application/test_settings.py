"""Settings: from the environment alone, the same names in every process."""

from datetime import timedelta
from pathlib import Path

import pytest

from selfmon_shared.application.settings import Settings, service_of
from selfmon_shared.kernel.clock import machine_clock
from selfmon_shared.testing.clock import MovableClock


def test_without_settings_a_service_keeps_its_own_file_and_talks_inside_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SELFMON_DATA", "DATABASE_URL", "OWNER_DATABASE_URL", "AMQP_URI", "PERMIT_SYNC_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    settings = Settings.read("permit-sync")
    assert settings.data_dir == Path("var")
    assert settings.database_url == settings.owner_database_url == "sqlite:///var/permit-sync.sqlite"
    assert settings.amqp_uri == "inproc://local"


@pytest.mark.parametrize(
    ("environment", "urls"),
    [
        ({"SELFMON_DATA": "d"}, ("sqlite:///d/permit-sync.sqlite", "sqlite:///d/permit-sync.sqlite")),
        ({"DATABASE_URL": "a://"}, ("a://", "a://")),
        ({"DATABASE_URL": "a://", "PERMIT_SYNC_DATABASE_URL": "b://"}, ("b://", "b://")),
        ({"DATABASE_URL": "a://", "OWNER_DATABASE_URL": "o://"}, ("a://", "o://")),
        ({"PERMIT_SYNC_DATABASE_URL": "b://", "PERMIT_SYNC_OWNER_DATABASE_URL": "p://", "OWNER_DATABASE_URL": "o://"}, ("b://", "p://")),
    ],
)
def test_the_services_own_store_wins_over_the_common_one(environment: dict[str, str], urls: tuple[str, str]) -> None:
    settings = Settings.read("permit-sync", environment)
    assert (settings.database_url, settings.owner_database_url) == urls


def test_a_services_own_settings_are_read_as_what_they_are() -> None:
    settings = Settings.read("plan", {"A": "text", "B": "1.5", "C": " Yes ", "D": "0", "E": "soon"})
    assert (settings.text("A"), settings.text("Z"), settings.text("Z", "else")) == ("text", "", "else")
    assert (settings.seconds("B", 3), settings.seconds("Z", 3)) == (timedelta(seconds=1.5), timedelta(seconds=3))
    assert (settings.flag("C"), settings.flag("D"), settings.flag("Z"), settings.flag("Z", True)) == (True, False, False, True)
    with pytest.raises(ValueError, match="E must be a number of seconds, not 'soon'"):
        settings.seconds("E", 3)


def test_a_source_names_its_service() -> None:
    assert (service_of("data.results"), service_of("permit-sync")) == ("data", "permit-sync")


def test_the_clock_is_the_machines_unless_a_test_moves_it(tmp_path: Path) -> None:
    assert Settings.read("plan", {}).clock is machine_clock
    moved = MovableClock(tmp_path / "clock")
    now = Settings.read("plan", moved.environment).clock
    assert abs(now() - machine_clock()) < timedelta(minutes=1)
    moved.move(timedelta(days=400))
    assert abs(now() - moved.now()) < timedelta(minutes=1)
    moved.move_to(machine_clock() - timedelta(days=1))
    assert abs(now() - machine_clock() + timedelta(days=1)) < timedelta(minutes=1)
    moved.path.write_text("")
    assert abs(now() - machine_clock()) < timedelta(minutes=1)
