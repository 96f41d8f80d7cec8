"""What the Slack app's manifest asks for, as far as the bot itself has to know."""

from pathlib import Path

from ruamel.yaml import YAML


def scopes_asked_for(manifest: Path) -> tuple[str, ...]:
    """The scopes of the bot token, as the manifest lists them."""
    content = YAML(typ="safe").load(manifest.read_text(encoding="utf-8"))
    return tuple(str(scope) for scope in content["oauth_config"]["scopes"]["bot"])
