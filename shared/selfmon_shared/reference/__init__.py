"""Reference data: regions, bureaus, industries, pollutants, standards, methods, working days. Read once, on first use; never changed."""
