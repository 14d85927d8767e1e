"""Review tasks and decisions, and the officers who take them (R1, R4, R5)."""

from selfmon_gateway.api.routes import Resource, RoutesOf
from selfmon_shared.contracts.review import PROVIDER

review = RoutesOf(PROVIDER)

ROUTES = (
    review.query("/reviews", "tasks"),
    review.query("/reviews/<submission_id>", "task"),
    review.query("/reviews/<submission_id>/timeline", "task-timeline"),
    review.command("POST", "/reviews/<submission_id>/approval", "approve"),
    review.command("POST", "/reviews/<submission_id>/return", "return"),
    review.command("POST", "/reviews/<submission_id>/revocation", "revoke"),
    review.query("/officer", "officer"),
    review.command("POST", "/officers", "enrol-officer", status=201),
    review.query("/account-application", "account-application"),
    review.command("POST", "/account-application", "apply-for-account", status=201),
)

resource = Resource("reviews", "审核任务、审核人员", ROUTES)
