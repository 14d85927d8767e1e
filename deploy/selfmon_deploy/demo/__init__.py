"""The demo: fictional enterprises, their permits and persons, and real readings. Deterministic: the same on every machine."""
