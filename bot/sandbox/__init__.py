"""A local Slack, for newcomers in a browser and for tests. It knows nothing of the bot."""
