"""Where do articles come from?  Files of a folder become Articles; knows neither passages nor vectors."""

from askcorpus.articles.drafts import Limits
from askcorpus.articles.found import FoundFile, readable, walk
from askcorpus.articles.reading import Look, look, read

__all__ = ["FoundFile", "Limits", "Look", "look", "read", "readable", "walk"]
