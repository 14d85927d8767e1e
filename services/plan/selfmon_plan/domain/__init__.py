"""The rules of overview, plan versions and coverage (P1–P4): pure functions of state and command."""
