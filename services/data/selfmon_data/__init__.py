"""The data service of the self-monitoring platform."""
