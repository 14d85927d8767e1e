"""The platform's Prometheus metrics. Durations are in seconds."""

from prometheus_client import Counter, Gauge, Histogram

COMMANDS = Histogram("selfmon_command_seconds", "Commands by outcome", ["service", "command", "outcome"])
QUERIES = Histogram("selfmon_query_seconds", "Queries", ["service", "query"])
FOLLOWED = Counter("selfmon_followed_total", "Messages followed", ["service", "source"])
PARKED = Counter("selfmon_parked_total", "Messages parked", ["service", "source"])
FORKED = Gauge("selfmon_log_forked", "1 where a source no longer continues what was seen", ["consumer", "source"])
LAG = Gauge("selfmon_follower_lag", "Events that a follower is behind its source", ["consumer", "source"])
RELAYED = Counter("selfmon_relayed_total", "Outbox rows announced to the broker", ["service"])
TASKS = Histogram("selfmon_task_seconds", "Tasks", ["service", "kind"], buckets=(0.05, 0.25, 1, 5, 30, 120, 600))
SEALED = Gauge("selfmon_sealed_position", "Position of the newest seal", ["service"])
