"""What is an article's whole journey into the store?  Find what changed, read, cut into passages, encode, publish."""

from askcorpus.indexing.changes import FolderChanges
from askcorpus.indexing.run import Load, Progress, Report, refresh
from askcorpus.indexing.status import Status, status

__all__ = ["FolderChanges", "Load", "Progress", "Report", "Status", "refresh", "status"]
