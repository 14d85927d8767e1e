"""Plan as a deployable service: ``selfmon serve plan``."""

from selfmon_plan.bootstrap import define

definition = define()
