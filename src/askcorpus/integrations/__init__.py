"""How do other Python programs use a Corpus?  In asyncio, from LangChain, from LlamaIndex; each needs its own package, if any."""
