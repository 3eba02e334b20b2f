from __future__ import annotations

from newsroom import Newsroom, not_found
from people import GROUP, STRANGER, USER

from askcorpus.telegram.texts import languages, plain


async def chosen(telegram, label):
    """The message with the languages, after the button with this label was pressed."""
    message = await telegram.said(USER, "/language", language="fr")
    buttons = [b for row in message["reply_markup"]["inline_keyboard"] for b in row]
    [data] = [b["callback_data"] for b in buttons if b["text"] == label]
    id = await telegram.press(USER, message, data, language="fr")
    await telegram.until(lambda: telegram.callbacks[id] and not message.get("reply_markup"))
    return message


async def test_a_person_chooses_the_language_and_it_outlives_a_restart(telegram, bot):
    async with bot(Newsroom(answer=not_found)):
        assert (await chosen(telegram, "Татарча"))["text"] == plain("tt", "language_set")
    async with bot(Newsroom(answer=not_found)):
        assert (await telegram.said(USER, "Кем?", language="fr"))["text"].startswith("Табылмады.")
        assert (await chosen(telegram, plain("tt", "as_telegram_button")))["text"] == plain("fr", "language_set")
        assert "\nIntrouvable." in (await telegram.said(USER, "Qui ?", language="fr"))["text"]


async def test_every_language_is_offered_by_its_own_name(telegram, bot):
    async with bot():
        await telegram.say(USER, "/language")
        [message] = await telegram.replies(USER, 1)
    labels = [b["text"] for row in message["reply_markup"]["inline_keyboard"] for b in row]
    assert labels == [*(plain(code, "language_name") for code in languages()), "As Telegram says"]
    assert len(set(labels)) == len(languages()) + 1 == 15


async def test_a_language_that_is_named_behind_the_command_is_spoken_at_once(telegram, bot):
    async with bot():
        for named, spoken in (("ar", "ar"), ("Русский", "ru"), ("bahasa indonesia", "id")):
            message = await telegram.said(USER, f"/language {named}")
            assert (message["text"], "reply_markup" in message) == (plain(spoken, "language_set"), False)
        assert "reply_markup" in await telegram.said(USER, "/language Klingon")


async def test_a_forged_language_and_a_strangers_press_change_nothing(telegram, bot):
    async with bot() as running:
        await telegram.say(USER, "/language")
        [message] = await telegram.replies(USER, 1)
        for user, data, alert in ((USER, "l:xx", "This button is not known"), (STRANGER, "l:fr", "You are not on")):
            id = await telegram.press(user, message, data)
            await telegram.until(lambda id=id: telegram.callbacks[id])
            assert telegram.callbacks[id][0]["text"].startswith(alert)
        assert {running.desk.state.spoken(user, "de") for user in (USER, STRANGER)} == {"de"}


async def test_in_a_group_nobody_is_asked_for_a_language(telegram, bot):
    telegram.group(GROUP)
    async with bot():
        await telegram.say(USER, "/language", chat=GROUP)
        await telegram.say(USER, "/help", chat=GROUP)
        [reply] = await telegram.replies(GROUP, 1)
    assert reply["text"].startswith("In a private chat")
