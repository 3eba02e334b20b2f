"""What can go wrong?

    AskcorpusError                 everything below; a front door catches this once
    ├── UsageError                 what was asked for makes no sense (an empty question, k < 1)
    ├── SettingsError              askcorpus.toml, a variable or a flag cannot be understood
    ├── FolderError                the folder of articles is missing, unreadable or empty
    ├── ArticleNotFound            no article has this id
    ├── EncoderError               the model cannot be used
    │   └── ModelNotFound          the model is not on this machine and cannot be fetched
    ├── WriterError                the language model that writes does not answer
    ├── WeightsError               the fitted weights of the ranking do not fit its features
    ├── ClusterError               the cluster, or one of its nodes, does not answer
    └── StoreError                 the store cannot be used
        ├── StoreNotFound          there is no store here
        ├── StoreMismatch          it was built with another model
        ├── StoreVersion           it was written by another format version
        ├── StoreDamaged           a checksum or a file does not hold
        ├── StoreBusy              another process is writing
        └── StoreFull              the disk has no room left

Every message says what, where, and what to do next, in one line.  A command in it is one to be typed as it stands; FOLDER, which the
shell's front door fills in where it knows it, is that of the articles.
"""

FOLDER = "FOLDER"


def typed(*words: object) -> str:
    """`askcorpus` with these words, quoted for a shell."""
    import shlex

    return shlex.join(("askcorpus", *map(str, words)))


def said_by(error: Exception) -> str:
    """What a library's error says, in one line.  Python shows a text in SQLite that is not UTF-8: an article's, or somebody's question."""
    return str(error).partition(" with text ")[0].partition("\n")[0]


class AskcorpusError(Exception):
    """Anything the user can be told in one line."""


class UsageError(AskcorpusError):
    """What was asked for makes no sense; the exit code is 2."""


class SettingsError(AskcorpusError):
    """A setting cannot be understood; the exit code is 2."""


class FolderError(AskcorpusError):
    """The folder of articles is missing, unreadable or empty."""


class ArticleNotFound(AskcorpusError):
    """No article has this id."""


class EncoderError(AskcorpusError):
    """The model cannot be used."""


class ModelNotFound(EncoderError):
    """The model is not on this machine and cannot be fetched."""


class WriterError(AskcorpusError):
    """The language model that writes does not answer."""


class WeightsError(AskcorpusError):
    """The fitted weights of the ranking or the confidence do not fit the features of the code."""


class ClusterError(AskcorpusError):
    """The cluster cannot be reached, or a shard on it has nobody who answers."""


class StoreError(AskcorpusError):
    """The store cannot be used."""


class StoreNotFound(StoreError):
    """There is no store at this place."""


class StoreMismatch(StoreError):
    """The store was built with another model."""


class StoreVersion(StoreError):
    """The store was written by another format version."""


class StoreDamaged(StoreError):
    """A file of the store is truncated or does not match its checksum."""


class StoreBusy(StoreError):
    """Another process is writing to the store."""


class StoreFull(StoreError):
    """The disk has no room left; the store is as it was before."""
