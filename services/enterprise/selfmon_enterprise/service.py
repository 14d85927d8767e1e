"""Enterprise as a deployable service: ``selfmon serve enterprise``."""

from selfmon_enterprise.bootstrap import define

definition = define()
