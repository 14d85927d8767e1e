"""A bare call from a web process to a service, against plain Flask and against nameko's own client (see :mod:`.web`, :mod:`.services`)."""

from selfmon_deploy.bench.figures import Figure
from selfmon_deploy.bench.load import CONNECTIONS, Request, Volley, fire
from selfmon_deploy.bench.rounds import Bench
from selfmon_shared.application.tokens import create_keys
from selfmon_shared.eventstore import migrating
from selfmon_shared.testing.processes import free_port
from selfmon_shared.testing.tally import PACKAGE
from selfmon_shared.testing.waiting import eventually

PLAIN, BARE, TALLY, NAMEKO = "plain Flask", "bare", "tally", "ClusterRpcProxy per thread"
ASKING = [Request("/")] * CONNECTIONS


def measure(run: Bench) -> list[Figure]:
    """Requests per second of all applications, in alternating rounds."""
    amqp = {"AMQP_URI": run.broker.add_vhost("bench-calls")}
    store = f"sqlite:///{run.folder / 'tally.sqlite'}"
    migrating.migrate(PACKAGE, store)
    create_keys(run.folder)
    settings = {**amqp, "SELFMON_DATA": str(run.folder), "TALLY_DATABASE_URL": store, "DOOR_PORT": str(free_port())}
    run.process("tally", "selfmon_shared.testing.tally.process", "tally", environment=settings)
    run.process("bare", "selfmon_deploy.bench.services", "bare", environment=amqp)
    run.process("peer", "selfmon_deploy.bench.services", "peer", environment=amqp)
    ports = {
        PLAIN: run.web_server("plain", "web:plain()"),
        BARE: run.web_server("calling-bare", "web:calling()", {**amqp, "CALLED": "bare"}),
        TALLY: run.web_server("calling-tally", "web:calling()", {**amqp, "CALLED": "tally"}),
        NAMEKO: run.web_server("calling-by-nameko", "web:calling_by_nameko()", amqp),
    }
    for port in ports.values():  # services answer, proxies and connections are made
        eventually(lambda port=port: _answers(port), deadline=30, what="the applications answer")  # type: ignore[misc]
    volleys: dict[str, list[Volley]] = {name: [] for name in ports}
    for _ in range(run.extent.rounds):
        for name, port in ports.items():
            volleys[name].append(fire(port, ASKING, run.extent.seconds))
    rates = {name: [volley.per_second for volley in fired] for name, fired in volleys.items()}
    latencies = {name: [latency for volley in fired for latency in volley.latencies] for name, fired in volleys.items()}
    promises = ((BARE, PLAIN, 0.38), (BARE, NAMEKO, 1.5), (TALLY, PLAIN, None), (NAMEKO, PLAIN, None))
    labels = {BARE: "bare call", TALLY: "with a look-up in SQLite", NAMEKO: "nameko's own call"}
    return [
        Figure(labels[name], rates[name], "1/s", rates[against], against, promise, latencies=latencies[name])
        for name, against, promise in promises
    ]


def _answers(port: int) -> bool:
    try:
        fire(port, ASKING, 0.2)
    except RuntimeError:
        return False
    return True
