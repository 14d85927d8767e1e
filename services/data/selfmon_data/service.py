"""Data as a deployable service: ``selfmon serve data``."""

import os

from selfmon_data.bootstrap import define

definition = define(os.environ)
