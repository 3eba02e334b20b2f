"""askcorpus bot: the Telegram bot; bot.py in the repository starts the same."""

from __future__ import annotations

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings


@click.command()
@settings_options(
    *("store", "cluster", "cluster_replicas", "device", "k", "threshold", "llm", "llm_model"),
    *(
        "telegram_token_file",
        "telegram_base_url",
        "telegram_proxy",
        "telegram_allowed",
        "telegram_admins",
        "telegram_adders",
    ),
    *(
        "telegram_per_minute",
        "telegram_per_day",
        "telegram_watch_limit",
        "telegram_time_limit_s",
        "telegram_keep_days",
        "telegram_watch",
    ),
    *("telegram_webhook", "telegram_webhook_listen", "telegram_health_port", "telegram_log_questions"),
)
@click.option(
    "--print-systemd", is_flag=True, help="Print a systemd unit for this folder and do nothing else.  [default: off]"
)
def command(settings: Settings, print_systemd: bool) -> None:
    """Answer questions in Telegram until SIGTERM or Ctrl-C, and index what changes in the store's folder of articles.

    The token comes from ASKCORPUS_TELEGRAM_TOKEN or from a file with mode 0600. Nobody is answered who was not let in:
    name an administrator with --admins, or send the bot the pairing code that the first start prints.
    """
    if print_systemd:
        from askcorpus.telegram.service import unit

        click.echo(unit(settings), nl=False)
        return
    from askcorpus.telegram.running import start

    start(settings)
