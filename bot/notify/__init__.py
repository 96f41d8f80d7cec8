"""Ways to reach a person outside Slack, one module each."""
