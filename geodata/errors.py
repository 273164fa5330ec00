"""What can go wrong, each also a builtin error.

ExplorerError
├── SourceError (ValueError)      a source file cannot be used as it is
│   ├── UnreadableFile            truncated, not the format its name says, wrong encoding
│   ├── MissingColumn             a column that the format prescribes is not there
│   ├── BadRow                    a row holds a value that cannot be (line named)
│   ├── WrongCrs                  no coordinate system, or one that contradicts the coordinates
│   └── UnsafeArchive             a zip that unpacks to too much, or outside its folder
├── MissingSource (LookupError)   nothing in the folders serves a purpose that the build cannot do without
├── UnknownCode (LookupError)     a municipality, region or indicator that does not exist here
├── BadRequest (ValueError)       a download was asked for that cannot be planned
├── DownloadError (OSError)       a file could not be fetched
│   ├── NotPublished              the server has no such file
│   └── WrongContent              what came is not what was asked for: an error page, half a zip, too much
├── ProfileError (ValueError)     a file of travel profiles holds something that cannot be
├── ScenarioError (ValueError)    a scenario holds something that cannot be: file and edit are named
├── WorkspaceError (RuntimeError) the folder is not a workspace, or another build holds it
├── PortTaken (OSError)           another program listens on the port of the app
└── NoSpace (OSError)             the disk is full
"""

import errno


class ExplorerError(Exception):
    """Base of everything this project raises on purpose; the text is meant for the user."""


class SourceError(ExplorerError, ValueError):
    """A source file cannot be used as it is."""


class UnreadableFile(SourceError):
    """The file is truncated, is not what its name says, or cannot be decoded."""


class MissingColumn(SourceError):
    """A column that the format prescribes is not in the file."""


class BadRow(SourceError):
    """A row holds a value that cannot be; the message names file and line."""


class WrongCrs(SourceError):
    """No coordinate system, or one that contradicts the coordinates."""


class UnsafeArchive(SourceError):
    """A zip that would unpack to too much, or outside its folder."""


class MissingSource(ExplorerError, LookupError):
    """Nothing in the given folders serves a purpose that the build cannot do without."""


class UnknownCode(ExplorerError, LookupError):
    """A municipality, region or indicator that this workspace does not have."""


class BadRequest(ExplorerError, ValueError):
    """A download that cannot be planned: an unknown prefecture, data set or address."""


class DownloadError(ExplorerError, OSError):
    """A file could not be fetched; what came of it is kept as ``.part`` where it can be gone on with."""


class NotPublished(DownloadError):
    """The server has no file at this address."""


class WrongContent(DownloadError):
    """What came is not what was asked for; nothing of it is kept."""


class ProfileError(ExplorerError, ValueError):
    """A file of travel profiles that cannot be used; the message names file and line."""


class ScenarioError(ExplorerError, ValueError):
    """A scenario that cannot be read, contradicts itself or names what does not exist; file and edit are named."""


class WorkspaceError(ExplorerError, RuntimeError):
    """The folder is not a workspace, or another build is writing to it."""


class NoSpace(ExplorerError, OSError):
    """The disk is full; the old workspace is untouched."""


class PortTaken(ExplorerError, OSError):
    """Another program listens on the port that the app was to use."""


def is_disk_full(error: BaseException) -> bool:
    """Whether an error of whichever library means a full disk.

    Python says it by number, GDAL, Arrow and osmium in words, and NumPy only as "800 requested and 12 written".
    """
    if isinstance(error, NoSpace) or getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}:
        return True
    text = str(error)
    return "No space left" in text or ("requested and" in text and text.endswith("written"))
