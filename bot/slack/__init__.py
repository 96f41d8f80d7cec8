"""Everything Slack, both directions: listeners, forms read, effects performed, and the text that Slack is shown."""
