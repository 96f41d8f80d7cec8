"""The web endpoints: alert intake, Slack over HTTP, health, readiness and metrics; FastAPI on uvicorn."""
