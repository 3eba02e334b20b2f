from __future__ import annotations

import re
import time

import httpx
import pytest
from newsroom import Newsroom, not_found
from people import USER
from standin import PATIENCE_S

from askcorpus.errors import SettingsError
from askcorpus.telegram.health import serve_health


async def pages(running, *, polling=True):
    server = serve_health(running.desk, port=0, waiting=lambda: 3, polling=polling)
    port = next(iter(server._sockets.values())).getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as client:
        health, metrics = await client.get("/health"), await client.get("/metrics")
    server.stop()
    await server.close_all_connections()
    return health, metrics


async def test_health_and_metrics_say_how_the_bot_is_doing(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom) as running:
        await telegram.say(USER, "One?")
        await telegram.replies(USER, 1)
        newsroom.answer = not_found
        await telegram.say(USER, "Two?")
        await telegram.replies(USER, 2)
        await telegram.until(lambda: running.desk.metrics.questions["not_found"] and not running.desk.running)
        health, metrics = await pages(running)
    assert health.status_code == 200
    assert {k: v for k, v in health.json().items() if k not in ("seconds_since_poll", "tasks")} == {
        "ok": True,
        "questions_running": 0,
        "queue": 3,
        "articles": 2,
        "store_generation": 1,
    }
    lines = metrics.text.splitlines()
    assert 'askcorpus_bot_questions_total{outcome="answered"} 1' in lines
    assert 'askcorpus_bot_questions_total{outcome="not_found"} 1' in lines
    assert "askcorpus_bot_queue 3" in lines
    assert "askcorpus_bot_question_seconds_count 2" in lines
    assert lines.index("# TYPE askcorpus_bot_question_seconds histogram") > 0
    assert all(re.fullmatch(r'# (HELP|TYPE) .+|\w+(\{\w+="[^"]+"\})? [\d.e+-]+', line) for line in lines)
    buckets = [int(line.split()[-1]) for line in lines if "_bucket" in line]
    assert buckets == sorted(buckets)
    assert buckets[-1] == 2


async def test_health_is_503_once_telegram_has_not_been_reached_for_too_long(telegram, bot, monkeypatch):
    """Whatever a poll notes meanwhile."""
    long_ago = property(lambda self: time.monotonic() - 200, lambda self, polled: None)
    async with bot() as running:
        monkeypatch.setattr(type(running.desk.metrics), "polled", long_ago, raising=False)
        health, _ = await pages(running)
        assert (health.status_code, health.json()["ok"]) == (503, False)
        assert (await pages(running, polling=False))[0].status_code == 200


async def test_a_port_in_the_settings_serves_the_page(telegram, bot, free_port):
    async with bot(telegram_health_port=free_port), httpx.AsyncClient(timeout=PATIENCE_S) as client:
        assert (await client.get(f"http://127.0.0.1:{free_port}/health")).status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{free_port}/health")


async def test_a_webhook_takes_only_what_knows_its_secret(telegram, bot, free_port):
    newsroom = Newsroom()
    settings = {
        "telegram_webhook": "https://bot.example.org/hook",
        "telegram_webhook_listen": f"127.0.0.1:{free_port}",
    }
    async with bot(newsroom, **settings), httpx.AsyncClient(timeout=PATIENCE_S) as client:
        assert telegram.webhook["url"] == "https://bot.example.org/hook"
        secret = telegram.webhook["secret_token"]
        message = await telegram.say(USER, "By webhook?")
        update = {"update_id": 7, "message": message}
        address = f"http://127.0.0.1:{free_port}/hook"
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
            assert (await client.post(address, json=update, headers=headers)).status_code == 403
        for _ in range(2):  # Telegram repeats what was not acknowledged in time
            known = {"X-Telegram-Bot-Api-Secret-Token": secret}
            assert (await client.post(address, json=update, headers=known)).status_code == 200
        await telegram.replies(USER, 1)
    assert newsroom.asked == ["By webhook?"]
    assert telegram.called("getUpdates") == []


@pytest.mark.parametrize(
    "wrong", [{"telegram_webhook": "http://plain.example.org/x"}, {"telegram_webhook_listen": "8443"}]
)
async def test_a_webhook_that_cannot_work_is_an_error(telegram, bot, wrong):
    with pytest.raises(SettingsError, match="https://"):
        async with bot(**{"telegram_webhook": "https://bot.example.org/hook", **wrong}):
            pass
