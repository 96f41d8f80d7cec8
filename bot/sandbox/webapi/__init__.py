"""Slack's Web API over the workspace: one module for each family of methods, one table of methods each."""
