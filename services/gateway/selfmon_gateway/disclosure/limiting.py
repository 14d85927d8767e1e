"""How often one address may ask for public pages (the process's own count; nginx in front counts for all, see deploy/nginx)."""

import math
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from selfmon_gateway.auth.refusals import TooMany
from selfmon_shared.application.settings import Settings

DEFAULT = "300/minute"
_NETWORK_BITS = 64


@dataclass
class AddressLimit:
    """At most so many requests per address and window, in this process."""

    limit: RateLimitItem
    counting: FixedWindowRateLimiter

    @staticmethod
    def of(settings: Settings) -> "AddressLimit | None":
        """By ``PUBLIC_LIMIT`` (``300/minute``, ``5000/hour``); ``off``: None.

        Raises:
            ValueError: the setting says something else.
        """
        wanted = settings.text("PUBLIC_LIMIT", DEFAULT).strip()
        if wanted.lower() == "off":
            return None
        return AddressLimit(parse(wanted), FixedWindowRateLimiter(MemoryStorage()))

    def count(self, address: str) -> None:
        """Count a request.

        Raises:
            TooMany: it is one more than allowed.
        """
        network = _network(address)
        if not self.counting.hit(self.limit, network):
            until = self.counting.get_window_stats(self.limit, network).reset_time
            raise TooMany("request.too-many", retry_after=max(1, math.ceil(until - time.time())))


def _network(address: str) -> str:
    """An IPv6 customer has a whole network of addresses: they count as one."""
    if ":" not in address:
        return address
    try:
        number = ip_address(address)
    except ValueError:
        return address
    return str(int(number) >> _NETWORK_BITS) if isinstance(number, IPv6Address) else address
