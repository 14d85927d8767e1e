"""Fixtures that every test of the repository may ask for."""

pytest_plugins = ["selfmon_shared.testing.fixtures"]
