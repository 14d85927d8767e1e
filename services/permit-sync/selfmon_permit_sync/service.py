"""Permit-sync as a deployable service: ``selfmon serve permit-sync``."""

from selfmon_permit_sync.bootstrap import define

definition = define()
