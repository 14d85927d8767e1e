"""Which field names could hold who somebody is. Opaque ids of persons may travel; their values stay with the owner (ADR 0006)."""

import re

PERSONAL = re.compile(
    r"(^|_)(person|persons|people|legal|representative|telephone|phone|tel|mobile|email|mail|contact|linkman|id_card|identity)(_|$)"
)
NAMES_OF_THINGS = {"name", "enterprise_name", "industry_name", "pollutant_name", "point_name", "device_name", "filename"}
"""Fields called a name that name a firm, a point, a pollutant, a device or a file."""


def is_personal(path: str) -> bool:
    """Whether the field at a path could hold personal data."""
    name = path.rpartition(".")[2]
    if name.endswith("_id"):
        return False
    return bool(PERSONAL.search(name)) or (name.endswith("name") and name not in NAMES_OF_THINGS)
