"""What the services of the self-monitoring platform share."""
