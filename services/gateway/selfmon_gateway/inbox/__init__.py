"""The inbox: the union of all services' notices, each shown to those whom its owner tells, and who has read which."""
