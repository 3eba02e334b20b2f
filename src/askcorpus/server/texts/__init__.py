"""What the page says, one TOML file per language: data; `rendering/wording.py` reads it."""
