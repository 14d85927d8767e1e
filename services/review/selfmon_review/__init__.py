"""The review service of the self-monitoring platform."""
