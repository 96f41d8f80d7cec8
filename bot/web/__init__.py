"""The HTTP door: health, metrics, Slack over HTTP, alert intake, and links."""
