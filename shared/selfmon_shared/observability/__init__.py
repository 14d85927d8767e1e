"""Logs (structlog, JSON, with a correlation id from browser to last follower), metrics (Prometheus), health."""
