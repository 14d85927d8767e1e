"""The enterprise service of the self-monitoring platform."""
