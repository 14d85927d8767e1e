"""All providers and the whole error catalogue, for those who talk to every service: the gateway and the wiring tests."""

from collections.abc import Mapping

from selfmon_shared.contracts import data, enterprise, permit_sync, plan, review
from selfmon_shared.contracts.contract import ContractEvent, Provider
from selfmon_shared.contracts.errors import ErrorCatalogue

PROVIDERS: Mapping[str, Provider] = {
    provider.service: provider for provider in (permit_sync.PROVIDER, enterprise.PROVIDER, plan.PROVIDER, data.PROVIDER, review.PROVIDER)
}
ERRORS = ErrorCatalogue(permit_sync.ERRORS, enterprise.ERRORS, plan.ERRORS, data.ERRORS, review.ERRORS)


def event_named(name: str) -> ContractEvent:
    """The contract event of that name.

    Raises:
        LookupError: no provider has it.
    """
    for provider in PROVIDERS.values():
        for event in provider.events:
            if event.name == name:
                return event
    raise LookupError(f"no contract event {name!r}")
