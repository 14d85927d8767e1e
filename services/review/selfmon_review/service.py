"""Review as a deployable service: ``selfmon serve review``."""

from selfmon_review.bootstrap import define

definition = define()
