"""The subcommands of the slash command, one module each, listed in `registry.COMMANDS`."""
