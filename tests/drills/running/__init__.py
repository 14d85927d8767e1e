"""Drills on a platform that runs; it is one for all of them."""
