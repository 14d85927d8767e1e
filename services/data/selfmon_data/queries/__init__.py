"""Data's questions and look-ups."""
