"""Documents that several tests read, built once."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import plan_samples as samples

from selfmon_plan.document.build import PlanDocument, build_plan_pdf


@pytest.fixture(scope="session")
def document() -> PlanDocument:
    """A plan of 17 points with a diagram and the permit's coverage."""
    return build_plan_pdf(samples.plan(17), samples.diagram(), lambda _percent, _doing: None)
