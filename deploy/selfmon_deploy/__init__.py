"""The embedded run, demo data, main job and simulators."""
