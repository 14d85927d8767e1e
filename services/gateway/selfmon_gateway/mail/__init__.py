"""Notices by mail: each person chooses which; one task for a notice and a person, tried again while the mail server is away."""
