"""The gateway's follower as a deployable service: ``selfmon serve gateway``. The web process is :mod:`selfmon_gateway.wsgi`."""

import os

from selfmon_gateway.bootstrap import define

definition = define(os.environ)
