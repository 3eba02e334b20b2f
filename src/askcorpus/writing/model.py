"""How is the language model reached?  Any server that speaks OpenAI's protocol; the only home of its client."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

from askcorpus.errors import SettingsError, WriterError
from askcorpus.settings import Settings

TIMEOUT_S = 60.0  # a small model on a laptop writes a few sentences in less
MOST_TOKENS = 700  # six sentences, and a thought before them

Complete = Callable[[str, str], str]
"""The model's text for what it is told first and what it is asked."""


def completer(settings: Settings) -> Complete:
    """Asks the model of the settings; raises SettingsError where none is named, WriterError where it does not answer."""
    if settings.llm is None:
        raise SettingsError(
            "no language model is named. Name a server: --llm http://localhost:11434/v1, or llm in askcorpus.toml"
        )
    if importlib.util.find_spec("openai") is None:
        raise SettingsError("writing needs the extra [write]. Install it: pip install 'askcorpus[write]'")
    import openai

    client = openai.OpenAI(base_url=settings.llm, api_key=settings.llm_key or "none", timeout=TIMEOUT_S, max_retries=1)

    def complete(rules: str, asked: str) -> str:
        try:
            model = settings.llm_model or next(iter(client.models.list())).id
            messages: list[openai.types.chat.ChatCompletionMessageParam] = [
                {"role": "system", "content": rules},
                {"role": "user", "content": asked},
            ]
            answer = client.chat.completions.create(
                model=model, messages=messages, temperature=0, max_tokens=MOST_TOKENS
            )
        except StopIteration as error:
            raise WriterError(f"{settings.llm} has no model. Name one: --llm-model NAME") from error
        except openai.OpenAIError as error:
            raise WriterError(f"the language model at {settings.llm} does not answer: {_one_line(error)}") from error
        return (answer.choices[0].message.content if answer.choices else None) or ""

    return complete


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
