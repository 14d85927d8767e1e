"""Stand-ins for what the platform talks to, for the demo and for tests. Each says that it is one."""
