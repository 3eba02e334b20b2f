"""Where do articles come from?  Files of a folder become Articles; knows neither passages nor vectors."""

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import FoundFile, readable, walk
from askcorpus.articles.process.guard import look, read
from askcorpus.articles.process.many import read_many
from askcorpus.articles.reading import Look

__all__ = ["FoundFile", "Limits", "Look", "look", "read", "read_many", "readable", "walk"]
