"""What happens to a voice message?  Its words are recognised, shown, and asked like any other question."""

from __future__ import annotations

import logging

from telegram import Message, Update, User
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from askcorpus.telegram.addressing import heard, is_group, thread_of
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.ears import Ears, Unheard
from askcorpus.telegram.questions import Questions
from askcorpus.telegram.quota import QUESTION_CHARACTERS, Refusal

MOST_BYTES = 32_000  # a second: four times what Telegram's clients record; whatever is larger is no voice message
SPOKEN = "🎤"

_log = logging.getLogger(__name__)


class Voice:
    """Handles voice messages: in a private chat each, in a group those that reply to an answer."""

    def __init__(self, desk: Desk, questions: Questions, ears: Ears | None) -> None:
        self._desk, self._questions, self._ears = desk, questions, ears

    async def on_voice(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Hear it, say what was heard, and answer that."""
        message, user = update.message, update.effective_user
        if message is None or user is None or message.voice is None:
            return
        asked = heard(message, "")
        if is_group(message) and not self._replies_to_an_answer(message, asked.replied):
            return
        refusal = self._refusal(message, user)
        if refusal is not None:
            await self._questions.refuse(message, user, SPOKEN, refusal)
            return
        self._desk.state.stage(update.update_id, "asking")
        question = await self._heard(message, user)
        if question is not None:
            await self._say(message, user, "voice_heard", question=question)
            await self._questions.ask(update.update_id, message, user, heard(message, question))

    def _replies_to_an_answer(self, message: Message, replied: int | None) -> bool:
        return replied is not None and self._desk.state.answer_in(message.chat.id, replied) is not None

    def _refusal(self, message: Message, user: User) -> Refusal | None:
        """Why it is not listened to; where it is, it counts as a question, whatever is heard: listening is what costs."""
        seconds, voice = self._desk.settings.telegram_voice_seconds, message.voice
        assert voice is not None
        if self._ears is None:
            return Refusal("voice_none")
        lasts = voice.duration if isinstance(voice.duration, int) else voice.duration.total_seconds()
        if lasts > seconds or (voice.file_size or 0) > seconds * MOST_BYTES:
            return Refusal("voice_long", {"seconds": seconds})
        quota = self._questions.quota
        return quota.refusal(user.id, SPOKEN, by_command=False, language=self._desk.language(user))

    async def _heard(self, message: Message, user: User) -> str | None:
        """What was said; None where nothing can be asked, and then that is said."""
        desk, settings = self._desk, self._desk.settings
        assert self._ears is not None
        assert message.voice is not None
        try:
            async with desk.sender.typing(message.chat.id, thread=thread_of(message)):
                sound = await desk.sender.download(message.voice.file_id)
                question = await self._ears.hear(sound, desk.language(user))
        except TimeoutError:
            await self._say(message, user, "timed_out", seconds=round(settings.telegram_time_limit_s))
        except (Unheard, TelegramError) as error:
            _log.warning("a voice message of user %s was not heard: %s", user.id, error)
            await self._say(message, user, "voice_unheard")
        else:
            if not question:
                await self._say(message, user, "voice_unheard")
            elif len(question) > QUESTION_CHARACTERS:
                await self._say(message, user, "too_long", n=len(question), limit=QUESTION_CHARACTERS)
            else:
                return question
        return None

    async def _say(self, message: Message, user: User, key: str, **values: object) -> None:
        """Beside the message that it is about; no harm if it comes twice."""
        text = self._desk.voice(user)(key, **values)
        await self._desk.sender.send(
            message.chat.id, text, thread=thread_of(message), reply_to=message.message_id, repeat=True
        )
