"""The two adapters of the port to the national platform: over HTTP, and in memory. One suite passes on both."""

from selfmon_permit_sync.adapters.http import HttpNationalPlatform
from selfmon_permit_sync.adapters.memory import InMemoryNationalPlatform

__all__ = ["HttpNationalPlatform", "InMemoryNationalPlatform"]
