"""Pure ground of all services: errors, actors and scope, events and their codec, aggregates, clock, and the field's values."""
