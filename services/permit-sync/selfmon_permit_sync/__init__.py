"""The permit-sync service of the self-monitoring platform."""
