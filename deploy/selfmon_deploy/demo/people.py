"""The development sign-on's people: the demo's clerks and officers, and one operator. All fictional."""

import json
from pathlib import Path
from typing import Any

from selfmon_deploy.demo.data import demo_enterprises, demo_officers
from selfmon_shared.reference.regions import full_name

OPERATOR_ID = "demo-operator"
AUDITOR_ID = "demo-auditor"


def demo_people() -> list[dict[str, Any]]:
    """Everybody who can be picked at the development sign-on."""
    clerks: list[dict[str, Any]] = [
        {"realm": "enterprise", "id": e.clerk.account_id, "name": e.clerk.name, "uscc": e.uscc, "region": None, "unit": e.name, "roles": []}
        for e in demo_enterprises()
    ]
    officers: list[dict[str, Any]] = [
        {
            "realm": "epb",
            "id": officer.officer_id,
            "name": officer.name,
            "uscc": None,
            "region": officer.region,
            "unit": f"{full_name(officer.region)}生态环境部门（示例）",
            "roles": [],
        }
        for officer in demo_officers()
    ]
    internal = {"realm": "operator", "uscc": None, "region": None, "unit": "平台运维（示例）"}
    operators = [
        {**internal, "id": OPERATOR_ID, "name": "示例运维", "roles": ["operator"]},
        {**internal, "id": AUDITOR_ID, "name": "示例审计", "roles": ["auditor"]},
    ]
    return [*clerks, *officers, *operators]


def write_people(path: Path) -> None:
    """Write the file that ``DEVELOPMENT_PEOPLE`` names."""
    path.write_text(json.dumps({"people": demo_people()}, ensure_ascii=False, indent=1), encoding="utf-8")
