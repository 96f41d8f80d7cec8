"""The slash command's subcommands, one module each, listed in a registry."""
