"""What happens to a spoken question?  Over the real application; the recogniser is a stand-in in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from newsroom import Newsroom, not_found
from people import ADMIN, GROUP, OTHER, STRANGER, USER
from standin import PATIENCE_S, Fault
from telegram import Update

from askcorpus.errors import SettingsError
from askcorpus.settings import Settings
from askcorpus.telegram.ears import Ears, Unheard, ears
from askcorpus.telegram.questions import is_question

STANDIN = (sys.executable, "-S", str(Path(__file__).with_name("standin_ears.py")))
QUESTION = "How much gold will the refinery make?"


@pytest.fixture
def hearing(monkeypatch, bot):
    """`bot` with a recogniser, given what its settings would be checked for."""

    def ears_of(settings):
        run.ears = Ears(STANDIN, limit_s=settings.telegram_time_limit_s)
        return run.ears

    def run(*corpus, **chosen):
        return bot(*corpus, **{"telegram_voice_model": "a model", **chosen})

    monkeypatch.setattr("askcorpus.telegram.running.ears", ears_of)
    return run


async def speak(telegram, words, *, user=USER, seconds=3, size=None, **more):
    id = f"voice{len(telegram.files)}"
    telegram.files[id] = words.encode()
    voice = {"file_id": id, "file_unique_id": id, "duration": seconds, "mime_type": "audio/ogg"}
    return await telegram.say(user, None, voice={**voice, "file_size": size or len(words)}, **more)


async def test_what_was_heard_is_shown_first_and_then_answered(telegram, hearing):
    newsroom = Newsroom()
    async with hearing(newsroom):
        spoken = await speak(telegram, QUESTION)
        heard, answer = await telegram.replies(USER, 2)
    assert (heard["text"], heard["reply_to_message"]["message_id"]) == (f"🎤 I heard: {QUESTION}", spoken["message_id"])
    assert "100 tonnes per year" in answer["text"]
    assert newsroom.asked == [QUESTION]


async def test_without_a_model_one_line_says_how(telegram, bot):
    async with bot(Newsroom()):
        await speak(telegram, QUESTION)
        [told] = await telegram.replies(USER, 1)
    assert "docs/telegram.md" in told["text"]
    assert "\n" not in told["text"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "I could not make out a question"),
        ("damaged", "I could not make out a question"),
        ("crash", "I could not make out a question"),
        ("chatter", "I could not make out a question"),
        ("hang", "This took longer than"),
        ("why " * 200, "Your question has 799 characters"),
    ],
)
async def test_what_cannot_be_heard_is_said_and_the_next_one_is_heard(telegram, hearing, words, said):
    async with hearing(Newsroom(), telegram_time_limit_s=0.5 if words == "hang" else PATIENCE_S):
        await speak(telegram, words.strip())
        [told] = await telegram.replies(USER, 1)
        assert told["text"].startswith(said)
        hearing.ears._limit_s = PATIENCE_S  # on a busy machine the next one may take as long as it likes
        await speak(telegram, QUESTION)
        assert (await telegram.replies(USER, 3))[1]["text"] == f"🎤 I heard: {QUESTION}"


@pytest.mark.parametrize("too", [{"seconds": 61}, {"size": 61 * 32_000}])
async def test_a_long_or_large_message_is_not_even_fetched(telegram, hearing, too):
    async with hearing(Newsroom()):
        await speak(telegram, QUESTION, **too)
        [told] = await telegram.replies(USER, 1)
    assert told["text"].startswith("I listen to 60 seconds at most.")
    assert telegram.called("getFile") == []


async def test_a_spoken_question_counts_as_one_and_strangers_are_not_heard(telegram, hearing):
    newsroom = Newsroom()
    async with hearing(newsroom, telegram_per_minute=1):
        await speak(telegram, QUESTION, user=STRANGER)
        await speak(telegram, QUESTION)
        await telegram.replies(USER, 2)
        await speak(telegram, "And its cost?")
        refused = (await telegram.replies(USER, 3))[-1]["text"]
    assert refused.startswith("You have asked 1 questions within a minute.")
    assert newsroom.asked == [QUESTION]
    assert len(telegram.called("getFile")) == 1
    assert STRANGER not in {call.params.get("chat_id") for call in telegram.calls}


async def test_typed_questions_are_answered_while_one_is_listened_to(telegram, hearing, tmp_path):
    async with hearing(Newsroom()):
        await speak(telegram, f"after {tmp_path / 'heard'}")
        await telegram.until(lambda: telegram.called("getFile"))
        await telegram.say(OTHER, QUESTION)
        [answer] = await telegram.replies(OTHER, 1)
        assert telegram.private(USER).from_bot() == []
        (tmp_path / "heard").touch()
        await telegram.replies(USER, 2)
    assert "100 tonnes" in answer["text"]


async def test_through_a_bad_network_it_is_fetched_heard_and_answered_once(telegram, hearing):
    newsroom = Newsroom()
    async with hearing(newsroom):
        telegram.faults["getFile"].extend([Fault("gateway"), Fault("lost"), Fault("flood", 1)])
        telegram.faults["sendMessage"].extend([Fault("flood", 1), Fault("lost")])
        await speak(telegram, QUESTION)
        heard, answer = await telegram.replies(USER, 2)
    assert heard["text"] == f"🎤 I heard: {QUESTION}"
    assert "100 tonnes" in answer["text"]
    assert newsroom.asked == [QUESTION]


async def test_a_restart_owns_up_to_a_spoken_question_that_was_cut_off(telegram, bot):
    async with bot(Newsroom()) as running:
        me, state = running.application.bot.bot, running.desk.state
        voice = {"file_id": "v", "file_unique_id": "v", "duration": 3}

        def asks(chat: dict) -> bool:
            sender = {"id": USER, "is_bot": False, "first_name": "U"}
            message = {"message_id": 7, "date": 0, "chat": chat, "from": sender, "voice": voice}
            return is_question(Update.de_json({"update_id": 5, "message": message}, running.application.bot), me, state)

        assert asks({"id": USER, "type": "private"})
        assert not asks({"id": GROUP, "type": "supergroup", "title": "G"})


async def test_in_a_group_only_a_reply_to_an_answer_is_heard(telegram, hearing):
    telegram.group(GROUP)
    newsroom = Newsroom()
    async with hearing(newsroom):
        await speak(telegram, "Not for you", chat=GROUP)
        await telegram.say(USER, "/ask How large is it?", chat=GROUP)
        [answer] = await telegram.replies(GROUP, 1)
        await speak(telegram, "And its cost?", chat=GROUP, reply_to_message=answer)
        await telegram.replies(GROUP, 3)
    assert newsroom.asked == ["How large is it?", "How large is it? And its cost?"]


async def test_a_spoken_greeting_is_answered_as_a_written_one(telegram, hearing):
    newsroom = Newsroom()
    async with hearing(newsroom):
        await speak(telegram, "Hello")
        assert (await telegram.replies(USER, 2))[-1]["text"].startswith("Hello! Ask me")
    assert newsroom.asked == []


async def test_the_bell_saves_what_was_heard(telegram, hearing):
    async with hearing(Newsroom(answer=not_found)) as running:
        await speak(telegram, QUESTION)
        _, answer = await telegram.replies(USER, 2)
        [bell] = [b for row in answer["reply_markup"]["inline_keyboard"] for b in row if b["text"] == "🔔"]
        await telegram.press(USER, answer, bell["callback_data"])
        await telegram.until(lambda: running.desk.state.watches.find(QUESTION, chat=USER))


async def test_help_names_it_only_where_there_is_a_model(telegram, hearing, bot):
    async with hearing(Newsroom()):
        await telegram.say(ADMIN, "/help")
        [told] = await telegram.replies(ADMIN, 1)
    assert "send a voice message" in told["text"]


async def test_the_process_has_no_token_and_hears_of_the_persons_language(telegram, hearing, monkeypatch):
    for name in ("ASKCORPUS_TELEGRAM_TOKEN", "ASKCORPUS_LLM_KEY", "DATABASE_URL"):
        monkeypatch.setenv(name, "1:secret")
    async with hearing(Newsroom()):
        await speak(telegram, "language", language="tt")
        heard, _ = await telegram.replies(USER, 2)
    assert heard["text"].endswith("tt []")


async def test_a_model_that_cannot_be_loaded_is_said_at_the_start_and_ends_nothing(telegram, bot, monkeypatch):
    monkeypatch.setattr(
        "askcorpus.telegram.running.ears", lambda settings: Ears((*STANDIN, "broken"), limit_s=PATIENCE_S)
    )
    async with bot(Newsroom()) as running:
        await telegram.until(lambda: any("RuntimeError: no such model" in line for line in running.said))
        await speak(telegram, QUESTION)
        await telegram.say(USER, QUESTION)
        told = {message["text"][:20] for message in await telegram.replies(USER, 2)}
    assert told == {"I could not make out", "Its initial design c"}


async def test_nothing_runs_on_after_a_stop_and_a_cancelled_asker_spoils_no_other_answer():
    hears = Ears(STANDIN, limit_s=PATIENCE_S)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(hears.hear(b"hang", None), 0.3)
    assert await hears.hear(b"Where?", "en") == "Where?"
    with pytest.raises(Unheard, match="InvalidDataError"):
        await hears.hear(b"damaged", None)
    process = hears._process
    assert process is not None
    await hears.stop()
    assert process.returncode is not None


@pytest.mark.parametrize(
    ("file", "package", "says"),
    [
        ("readme.txt", None, "holds no speech model"),
        ("model.bin", "faster_whisper", "askcorpus[voice]"),
        ("am/final.mdl", "vosk", "askcorpus[vosk]"),
    ],
)
def test_what_cannot_hear_is_an_error_at_the_start_that_says_what_to_do(tmp_path, monkeypatch, file, package, says):
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_bytes(b"")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == package else name)
    with pytest.raises(SettingsError) as error:
        ears(Settings(telegram_voice_model=str(tmp_path)))
    assert says in str(error.value)


def test_without_a_model_in_the_settings_nothing_is_started():
    assert ears(Settings()) is None
