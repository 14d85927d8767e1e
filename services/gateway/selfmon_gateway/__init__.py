"""The gateway service of the self-monitoring platform."""
