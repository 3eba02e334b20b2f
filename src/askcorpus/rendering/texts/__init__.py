"""What `askcorpus ask` says, one TOML file per language: data; `rendering/wording.py` reads it."""
