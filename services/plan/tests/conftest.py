"""What plan's tests share; `plan_facts` and `plan_bench` are imported from this folder."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parent))

from plan_bench import Bench
from plan_facts import PAIR, permit, point

from selfmon_plan.service import definition
from selfmon_shared.testing.service import running


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """An enterprise with a permit, a matched stack and everything that it needs to export."""
    with running(definition, tmp_path) as service:
        made = Bench(service)
        made.permit(permit())
        made.profile()
        made.point(point())
        made.matching(PAIR)
        yield made


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Bench]:
    """A service that knows of nobody yet."""
    with running(definition, tmp_path) as service:
        yield Bench(service)


@pytest.fixture(scope="module")
def foreign() -> bytes:
    """A laboratory's document: one page with no code of ours."""
    picture = Image.new("RGB", (1240, 1754), "white")
    ImageDraw.Draw(picture).ellipse((700, 1200, 1000, 1500), outline=(200, 20, 20), width=14)
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150)
    return out.getvalue()
