"""The YAML file that says who owns what: its schema, loading it with line numbers, and checking it."""
