"""Fetch official files politely and whole: resumed where they broke off, checked, renamed at the end.

A file comes as ``NAME.part`` with what the server says of its version beside it (``NAME.part.json``: ETag and
Last-Modified). It is gone on with only if the server still has that version and can send the rest; otherwise it starts
from zero. Under its own name a file appears only when it is whole and what it should be. One request at a time, with a
pause between two requests to one server.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from geodata.archive import file_sha256
from geodata.download_check import SHORTEST_START, check_start, check_zip
from geodata.download_index import INDEX_NAME, Entry, read_index, write_index
from geodata.download_part import Part, disk_space
from geodata.errors import BadRequest, DownloadError, NotPublished, WrongContent

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from geodata.download_plan import Item

USER_AGENT: Final = "regional-conditions-explorer/0.1 (one request at a time; python-requests)"
_CHUNK: Final = 16 * 1024  # what has come of a chunk when the connection breaks is lost
_PROGRESS_THAT_COUNTS: Final = 1024**2  # a connection that brought this much is not one that fails again and again
_LONGEST_WAIT: Final = 120.0
_RETRIED: Final = frozenset({408, 429, 500, 502, 503, 504})
_GONE: Final = frozenset({404, 410})

State = Literal["kept", "found", "fetched", "missing", "failed"]
Report = Callable[["Item", int, "int | None"], None]


@dataclass(frozen=True)
class Manners:
    """How to behave towards the servers.

    Parameters
    ----------
    pause_seconds
        Between two requests to one server.
    attempts
        Tries for a file without progress before it is given up.
    first_wait_seconds
        Wait after the first failure; doubled after each further one.
    timeout_seconds
        Silence after which a connection counts as lost.
    max_bytes
        Larger files are refused.
    proxy
        Address of a proxy; empty for what the environment says (HTTPS_PROXY, NO_PROXY).
    mirror
        Base address of an inner server: ``BASE/HOST/PATH`` is asked instead of ``https://HOST/PATH``, or, where it
        holds ``{name}``, the name of the file is put there. Empty for the publishers.
    """

    pause_seconds: float = 1.0
    attempts: int = 5
    first_wait_seconds: float = 2.0
    timeout_seconds: float = 60.0
    max_bytes: int = 4 * 1024**3
    proxy: str = ""
    mirror: str = ""

    def __post_init__(self) -> None:
        for option, value in (("--proxy", self.proxy), ("--mirror", self.mirror)):
            if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
                raise BadRequest(
                    f"{option} {value}: http:// または https:// で始まるアドレスを書いてください。 / "
                    "Write an address that begins with http:// or https://."
                )

    def address(self, item: Item) -> str:
        """Where to ask for a file: the publisher, or the inner server in its place."""
        if not self.mirror:
            return item.url
        if "{name}" in self.mirror:
            return self.mirror.replace("{name}", item.name)
        parts = urlsplit(item.url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.mirror.rstrip('/')}/{parts.netloc}{parts.path}{query}"


@dataclass(frozen=True)
class Outcome:
    """What became of one file: ``kept`` and ``found`` were there already, ``missing`` is not published."""

    item: Item
    state: State
    size: int = 0
    message: str = ""


def download(
    items: Sequence[Item], folder: Path, manners: Manners | None = None, report: Report | None = None
) -> Iterator[Outcome]:
    """Fetch what is not there yet; one that fails is named and the others go on.

    Parameters
    ----------
    items
        Files of a plan.
    folder
        Where to; made if need be. Its ``downloads.json`` is kept up after every file.
    manners
        Pauses, tries, proxy and so on.
    report
        Called while a file comes, with its bytes so far and in all (None if the server does not say).

    Yields
    ------
    Outcome
        One per file, as soon as it is done; nothing happens before they are taken.

    Raises
    ------
    DownloadError
        Another download writes into the folder.
    NoSpace
        The disk is full; what came is kept.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / f".{INDEX_NAME}.lock", timeout=0):
            run = _Run(folder, manners or Manners(), report or _say_nothing)
            with run.session:
                for item in items:
                    yield run.outcome(item)
    except Timeout as error:
        raise DownloadError(
            f"{folder}: 別の download がこのフォルダに書き込んでいます。 / Another download writes into this folder."
        ) from error


def is_whole(folder: Path, name: str, entry: Entry | None) -> bool:
    """Whether a file is there with the content that the index remembers."""
    path = folder / name
    if entry is None or not path.is_file() or path.stat().st_size != entry.size:
        return False
    return file_sha256(path) == entry.sha256


def _say_nothing(_item: Item, _done: int, _total: int | None) -> None:
    pass


class _Lost(Exception):
    """The connection broke, or the server is busy: worth another try."""

    def __init__(self, ja: str, en: str, *, wait: float = 0.0, is_unreachable: bool = False) -> None:
        super().__init__(ja)
        self.ja, self.en, self.wait, self.is_unreachable = ja, en, wait, is_unreachable


@dataclass
class _Run:
    folder: Path
    manners: Manners
    report: Report
    index: dict[str, Entry] = field(default_factory=dict)
    unreachable: dict[str, str] = field(
        default_factory=dict
    )  # server -> why: the other files are not tried for minutes
    last_request: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        import requests

        self.index = read_index(self.folder)
        self.session = requests.Session()
        self.session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        self.session.max_redirects = 5

    def outcome(self, item: Item) -> Outcome:
        path = self.folder / item.name
        if is_whole(self.folder, item.name, self.index.get(item.name)):
            return Outcome(item, "kept", path.stat().st_size)
        if item.name not in self.index and self._is_usable(path):
            return self._remember(item, path, "found", "")
        try:
            self._fetch(item, path)
        except NotPublished as error:
            return Outcome(item, "missing", message=str(error))
        except DownloadError as error:
            return Outcome(item, "failed", message=str(error))
        return self._remember(item, path, "fetched", datetime.now(UTC).isoformat(timespec="seconds"))

    def _is_usable(self, path: Path) -> bool:
        """A file that somebody carried here, or that came just before the program was killed."""
        if not path.is_file():
            return False
        try:
            check_zip(path, path.name)
        except WrongContent:
            return False
        return True

    def _remember(self, item: Item, path: Path, state: State, when: str) -> Outcome:
        size = path.stat().st_size
        self.index[item.name] = Entry(
            item.url, file_sha256(path), size, when, item.licence, item.known.credit, item.edition
        )
        write_index(self.folder, self.index)
        return Outcome(item, state, size)

    def _fetch(self, item: Item, path: Path) -> None:
        url = self.manners.address(item)
        host = urlsplit(url).netloc
        if host in self.unreachable:
            raise DownloadError(f"{item.name}: {self.unreachable[host]}")
        part = Part(path)
        try:
            self._until_whole(item, url, part)
            check_zip(part.path, item.name)
        except (NotPublished, WrongContent):
            part.drop()
            raise
        part.path.replace(path)
        part.drop()

    def _until_whole(self, item: Item, url: str, part: Part) -> None:
        failures, before = 0, part.size
        while True:
            try:
                self._attempt(item, url, part)
            except _Lost as lost:
                failures = 1 if part.size >= before + _PROGRESS_THAT_COUNTS else failures + 1
                before = part.size
                if failures >= self.manners.attempts:
                    if lost.is_unreachable:
                        self.unreachable[urlsplit(url).netloc] = f"{lost.ja} / {lost.en}"
                    raise DownloadError(f"{item.name}: {_given_up(lost, failures, part.size)}") from lost
                growing = self.manners.first_wait_seconds * 2 ** (failures - 1)
                time.sleep(min(max(growing, lost.wait), _LONGEST_WAIT))
            else:
                return

    def _attempt(self, item: Item, url: str, part: Part) -> None:
        """One request; returns when the part is whole."""
        start = part.size if part.version_of(url) else 0
        headers = {"Range": f"bytes={start}-", "If-Range": part.version_of(url)} if start else {}
        with self._asked(item, url, headers) as response:
            if start and response.status_code == 416 and response.headers.get("Content-Range") == f"bytes */{start}":
                return  # nothing was left to send
            if start and not part.goes_on(response, start):
                part.drop()
                raise _Lost("サーバーのファイルが途中で変わりました", "the file on the server has changed")
            if response.status_code == 200:
                start = 0  # the whole file: the server sends no parts, or has another version by now
            _check_status(response, item.name)
            self._receive(response, item, part, start)

    @contextmanager
    def _asked(self, item: Item, url: str, headers: dict[str, str]) -> Iterator[requests.Response]:
        """A response whose body is still to come; what the network does wrong becomes :class:`_Lost`."""
        import requests

        self._wait_for(urlsplit(url).netloc)
        proxies = {"http": self.manners.proxy, "https": self.manners.proxy} if self.manners.proxy else None
        try:
            with self.session.get(
                url, headers=headers, stream=True, timeout=self.manners.timeout_seconds, proxies=proxies
            ) as response:
                yield response
        except requests.exceptions.SSLError as error:
            raise DownloadError(f"{item.name}: {_ssl_text(error)}") from error
        except (
            requests.exceptions.ConnectionError,
            requests.exceptions.Timeout,
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ) as error:
            raise _Lost(*_network_text(error), is_unreachable=_is_unreachable(error)) from error
        except requests.exceptions.RequestException as error:
            raise DownloadError(
                f"{item.name}: {url} に接続できません（{error}）。 / Cannot be asked for ({error})."
            ) from error
        finally:
            self.last_request[urlsplit(url).netloc] = time.monotonic()

    def _wait_for(self, host: str) -> None:
        if host in self.last_request:
            time.sleep(max(0.0, self.last_request[host] + self.manners.pause_seconds - time.monotonic()))

    def _receive(self, response: requests.Response, item: Item, part: Part, start: int) -> None:
        is_plain = response.headers.get("Content-Encoding", "identity") in {"", "identity"}
        length = response.headers.get("Content-Length", "")
        total = start + int(length) if is_plain and length.isdecimal() else None
        self._check_size(item, total or 0)
        if start == 0:
            part.begin(response if is_plain else None, self.manners.address(item))
        done = start
        with disk_space(part.path), part.path.open("ab" if start else "wb") as sink:
            for chunk in response.iter_content(_CHUNK):
                if done == 0 and len(chunk) >= SHORTEST_START:
                    check_start(chunk, response.headers.get("Content-Type", ""), item.name)
                sink.write(chunk)
                done += len(chunk)
                self.report(item, done, total)
                if done > self.manners.max_bytes:
                    break
        self._check_size(item, done)
        if total is not None and done < total:
            raise _Lost("接続が途中で切れました", "the connection broke off")

    def _check_size(self, item: Item, size: int) -> None:
        if size <= self.manners.max_bytes:
            return
        limit = self.manners.max_bytes / 1e6
        raise WrongContent(
            f"{item.name}: {limit:,.0f} MB を超えるため取得しません。正しければ --max-mb で上限を上げてください。 / "
            f"Larger than {limit:,.0f} MB; if that is right, raise the limit with --max-mb."
        )


def _check_status(response: requests.Response, name: str) -> None:
    status = response.status_code
    if status in {200, 206}:
        return
    if status in _RETRIED:
        after = response.headers.get("Retry-After", "")
        raise _Lost(
            f"サーバーが応答できません（HTTP {status}）",
            f"the server is busy or out of order (HTTP {status})",
            wait=float(after) if after.isdecimal() else 0.0,
        )
    if status in _GONE:
        raise NotPublished(
            f"{name}: 公表元にありません（HTTP {status}）。 / The publisher has no such file (HTTP {status})."
        )
    raise DownloadError(
        f"{name}: サーバーが断りました（HTTP {status}）。プロキシや接続制限を確かめてください。 / "
        f"Refused by the server (HTTP {status}). Check the proxy and the restrictions of your network."
    )


def _given_up(lost: _Lost, failures: int, size: int) -> str:
    kept = (
        ("途中までを残したので、もう一度実行すると続きから始まります", "what came is kept: run it again to go on")
        if size
        else ("しばらくして、もう一度実行してください", "run it again later")
    )
    return f"{lost.ja}（{failures} 回）。{kept[0]}。 / {lost.en} ({failures} times); {kept[1]}."


def _is_unreachable(error: Exception) -> bool:
    """Whether nobody answers at all, so that asking for the next file is in vain too."""
    import requests
    import urllib3

    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.exceptions.ProxyError | requests.exceptions.ConnectTimeout) or isinstance(
        reason, urllib3.exceptions.NewConnectionError
    )


def _network_text(error: Exception) -> tuple[str, str]:
    import requests
    import urllib3

    if isinstance(error, requests.exceptions.ProxyError):
        return (
            "プロキシに接続できません。--proxy か HTTPS_PROXY を確かめてください",
            "the proxy cannot be reached (--proxy, HTTPS_PROXY)",
        )
    cause = error.args[0] if error.args else None
    if isinstance(error, requests.exceptions.Timeout) or isinstance(cause, urllib3.exceptions.ReadTimeoutError):
        return "サーバーから応答がありません", "the server does not answer"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "接続が途中で切れました", "the connection broke off"
    return "サーバーに接続できません", "the server cannot be reached"


def _ssl_text(error: Exception) -> str:
    return (
        "サーバー証明書を確かめられません。組織のプロキシを通る場合は、その証明書を環境変数 REQUESTS_CA_BUNDLE で指定してください"
        f"（{error}）。 / The certificate of the server cannot be verified. Behind a proxy of your organisation, name its "
        "certificate in REQUESTS_CA_BUNDLE."
    )
