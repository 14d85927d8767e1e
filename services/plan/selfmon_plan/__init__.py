"""The plan service of the self-monitoring platform."""
