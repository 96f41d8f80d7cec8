"""Use cases, one module a noun: load the facts, let the domain decide, save the change. Ports stand here too."""
