"""Stored events keep their form for ever."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from plan_facts import DISCHARGER, PAIR, PERMIT, enterprise_revised, permit, point

from selfmon_plan import events as e
from selfmon_plan.domain.coverage import cover
from selfmon_plan.facts import Mark, Overview, Profile, Qualification
from selfmon_shared.kernel.codec import from_data
from selfmon_shared.testing.golden import assert_golden

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
PROOF = cover(permit(), (PAIR,), (point(),))
SAMPLES: list[Any] = [
    e.DischargerNoted(DISCHARGER, 1, from_data(Profile, enterprise_revised())),
    e.PointNoted(DISCHARGER, 1, True, point()),
    e.LoggerNoted("32010000000001", DISCHARGER, 1, None),
    e.DiagramNoted(DISCHARGER, 1, "ab" * 32, (Mark("p1", 100, 200),)),
    e.MatchingNoted(PERMIT, DISCHARGER, 1, (PAIR,)),
    e.PermitNoted(permit()),
    e.OverviewRevised(DISCHARGER, Overview("示例企业", (Qualification("01", "上岗证"),), "专人负责", "每年一次", "平行样")),
    e.VersionNumbered("plan-1", 1),
    e.RenderingBegun("plan-1"),
    e.RenderingEnded("plan-1"),
    e.SubmissionOpened("plan-1"),
    e.SubmissionClosed("plan-1"),
    e.VersionInForce("plan-1"),
    e.PlanDrafted(
        "plan-1", DISCHARGER, 1, "示例方案", (point(),), PROOF, {"title": "示例方案"}, "ab" * 32, "cd" * 32, ("尚未上传监测示意图",)
    ),
    e.PlanExportRequested(),
    e.PlanExported("ef" * 32, 12),
    e.PlanExportFailed("document.render-timeout", {"seconds": 600}),
    e.PlanExportCancelled(),
    e.PlanImportOffered("s1", "示例方案", "01" * 32, "盖章件.pdf", "设备检修", PROOF, (point(),)),
    e.PlanImportRefused("s1", "file.too-many-pages", {"pages": 900, "limit": 500}, "exported"),
    e.PlanSubmitted("s1", "ab" * 32, "23" * 32, "45" * 32, 12, True, None, ("未识别到红色印章（仅提示，不影响提交）",)),
    e.CoverageRecomputed(PROOF),
    e.WithdrawalAsked("s1"),
    e.PlanWithdrawn("s1"),
    e.PlanReturned("s1", "缺少噪声监测点", "officer-1", AT),
    e.PlanPutInForce("s1", "officer-1", AT),
    e.PlanSuperseded("plan-2"),
    e.DecisionVoid("s1", "approved"),
    e.UploadNoted("u1", "refused", None, "附件无法打开"),
]


def test_every_event_type_has_a_sample() -> None:
    assert {e.types.name_of(sample)[0] for sample in SAMPLES} == e.types.names.keys()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: e.types.name_of(sample)[0])
def test_a_stored_event_reads_back_as_it_was(sample: Any) -> None:
    name, version, data = e.types.dump(sample)
    assert_golden(Path(__file__).parent / "golden" / f"{name}.v{version}.json", data)
    assert e.types.load(name, version, data) == sample
