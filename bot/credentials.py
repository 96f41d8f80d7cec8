"""How Slack is spoken to, as the settings say."""

from bot.settings import Settings
from bot.slack.connection import Credentials


def credentials_in(settings: Settings) -> Credentials:
    """How the settings say that Slack is spoken to."""
    app_token, secret = settings.SLACK_APP_TOKEN, settings.SLACK_SIGNING_SECRET
    return Credentials(
        api_url=settings.SLACK_API_URL,
        bot_token=settings.SLACK_BOT_TOKEN.get_secret_value(),
        app_token=app_token.get_secret_value() if app_token else None,
        signing_secret=secret.get_secret_value() if secret else None,
    )
