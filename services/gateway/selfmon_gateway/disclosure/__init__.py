"""What everybody may see (O1, O2): tables kept from the owners' public views alone, and the API on them."""
