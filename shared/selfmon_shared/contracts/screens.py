"""The screens that steps and notices lead to."""

SCREENS = (
    "permit-check",
    "profile",
    "points",
    "diagram",
    "matching",
    "item-check",
    "overview",
    "plans",
    "hourly-entry",
    "manual-entry",
    "registrations",
    "uploads",
    "plan-reviews",
    "abnormal-reviews",
    "account",
)
"""Where a step is done, a notice is looked into: names that the console ties to its pages."""
