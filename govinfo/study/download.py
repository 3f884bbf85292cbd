"""Fetch the documents that a registry gives addresses of, politely and safely."""

from __future__ import annotations

import csv
import hashlib
import re
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from govinfo import __version__
from govinfo.errors import GovinfoError, SourceError, need
from govinfo.readers.files.encoding import decode
from govinfo.sources import table_beside
from govinfo.study.layout import Study

if TYPE_CHECKING:
    import httpx

AGENT = f"govinfo/{__version__} (research; reads published annual reports)"

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-works": ".wps",
    "application/ofd": ".ofd",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/plain": ".txt",
}
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|wps|ofd)$", re.IGNORECASE)
_REPORT = re.compile("年度?报告?|年报|信息公开")

# As many attachments of a page and redirects as a report needs; more is something else.
_ATTACHMENTS, _REDIRECTS = 5, 5
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Manners:
    """How a host is treated, and what a document may cost.

    ``pause`` seconds pass between two requests to a host; a document may take
    ``seconds`` and ``megabytes``. ``allowed`` names addresses (``127.0.0.1:8000``) that
    are connected to although they are private; only a test has a reason to.
    """

    pause: float = 2.0
    seconds: float = 120.0
    megabytes: float = 100.0
    attempts: int = 3
    stall: float = 30.0
    allowed: frozenset[str] = frozenset()


class Fetched(NamedTuple):
    """What came of an address; ``message`` says why there is no ``file``."""

    address: str
    file: str = ""
    sha256: str = ""
    media_type: str = ""
    etag: str = ""
    last_modified: str = ""
    fetched_at: str = ""
    message: str = ""
    found_on: str = ""


COLUMNS = Fetched._fields
"""Columns of ``downloads.csv``."""


class _Refused(SourceError):
    """An address that is not fetched, however often it is tried."""


@dataclass(slots=True)
class _Answer:
    address: str
    status: int
    headers: Mapping[str, str]
    content: bytes = b""


def download_study(
    study: Study, *, again: bool = False, jobs: int = 4, manners: Manners | None = None
) -> list[Fetched]:
    """
    Fetch what the registry gives addresses of.

    What was fetched before is not fetched again, so a run that was stopped goes on.

    Parameters
    ----------
    study : Study
        The study; files go into its folder of documents, their names into the registry
        and everything known of each address into ``data/downloads.csv``.
    again : bool
        Whether to ask for documents that are here already; one that changed is kept
        beside the old one, which is never written over.
    jobs : int
        How many hosts at the same time; each is asked for one document at a time.
    manners : Manners, optional
        How hosts are treated.

    Returns
    -------
    list of Fetched
        One for each address asked for, with a message where it gave nothing.

    Raises
    ------
    SourceError
        If the registry gives no address.
    MissingExtra
        If httpx or protego is not installed.
    """
    need("Downloading", "httpx", "protego", extra="download")
    log = _Log(study)
    registry = study.read_registry()
    rows = [row for row in registry if row["published_at"]]
    if not rows:
        raise SourceError(
            f"{study.registry} gives no address: found nothing in the column "
            "published_at. Fill it in, or make a study with 'govinfo new DIR --known'."
        )
    by_host: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        if again or not (row["file"] or log.last(row["published_at"])):
            by_host[urlsplit(row["published_at"]).netloc.lower()].append(row)
    asked = manners or Manners()

    def one_host(own: list[dict[str, str]]) -> list[Fetched]:
        with _Client(asked) as client:
            return [
                log.add(found)
                for row in own
                for found in _of_row(client, study, row, log.last(row["published_at"]))
            ]

    try:
        with ThreadPoolExecutor(max(1, jobs)) as pool:
            return [*chain.from_iterable(pool.map(one_host, by_host.values()))]
    finally:
        study.write_registry(_registered(registry, log))


class _Log:
    """``downloads.csv``: a line for each answer, written as soon as it is there."""

    def __init__(self, study: Study) -> None:
        self.path = study.data / "downloads.csv"
        self._lock = threading.Lock()
        is_there = self.path.is_file()
        rows = table_beside(self.path, "table of downloads")[1] if is_there else []
        self.entries = [Fetched(*(row.get(n, "") for n in COLUMNS)) for row in rows]

    def last(self, address: str) -> Fetched | None:
        """The last document that an address gave."""
        own = (one for one in reversed(self.entries) if one.address == address)
        return next((one for one in own if one.file), None)

    def add(self, one: Fetched) -> Fetched:
        """Keep an answer."""
        with self._lock:
            head = [] if self.path.is_file() else [COLUMNS]
            with self.path.open("a", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([*head, one])
            self.entries.append(one)
        return one


def _registered(registry: list[dict[str, str]], log: _Log) -> list[dict[str, str]]:
    """The registry with what was fetched; a further file is a further row."""
    rows = list(registry)
    listed = {row["file"] for row in rows} | {""}
    for one in log.entries:
        origin = one.found_on or one.address
        row = next((r for r in rows if r["published_at"] == origin), None)
        if row is None or one.file in listed:
            continue
        if row["file"] or one.found_on:
            note = f"attached to {origin}" if one.found_on else "a later version"
            row = {**row, "report_id": "", "published_at": one.address, "note": note}
            rows.append(row)
        row |= {"file": one.file, "sha256": one.sha256}
        row["accessed_at"] = one.fetched_at[:10]
        listed.add(one.file)
    return rows


def _of_row(
    client: _Client, study: Study, row: dict[str, str], known: Fetched | None
) -> Iterator[Fetched]:
    """What came of the address of a row, then of the documents attached to its page."""
    address = row["published_at"]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    name = _plain("-".join(filter(None, [row["agency"], row["report_year"]])))
    name = name or _plain(Path(urlsplit(address).path).stem) or "page"
    links = [address]
    for number, link in enumerate(links):
        found_on = address if number else ""
        try:
            answer = client.get(link, None if number else known)
        except SourceError as error:
            yield Fetched(link, fetched_at=now, message=str(error), found_on=found_on)
            continue
        if not number:
            sha256 = hashlib.sha256(answer.content).hexdigest()
            if known and (answer.status == 304 or sha256 == known.sha256):
                return
        own = f"{name}-{number}" if number else name
        yield _kept(study, own, link, answer, now, found_on)
        if not number:
            # Kept before its links are looked at, and they are asked for next.
            links += _attachments(answer)


def _plain(name: str) -> str:
    """A name that a file can have anywhere, whatever an address or a registry says."""
    return re.sub(r"[^\w()（）-]+", "_", name).strip("-_")[:80]


def _kept(
    study: Study, name: str, address: str, answer: _Answer, now: str, found_on: str
) -> Fetched:
    """Write a document beside all others, never over one."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    ending = Path(urlsplit(answer.address).path).suffix.lower()
    own = ending if re.fullmatch(r"[.][a-z0-9]{1,5}", ending) else ".html"
    suffix = _SUFFIXES.get(kind, own)
    study.documents.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        stem = name if number == 1 else f"{name}-v{number}"
        file = study.documents / f"{stem}{suffix}"
        with suppress(FileExistsError), file.open("xb") as stream:
            stream.write(answer.content)
            break
    sha256 = hashlib.sha256(answer.content).hexdigest()
    etag, changed = (answer.headers.get(n, "") for n in ("etag", "last-modified"))
    return Fetched(address, file.name, sha256, kind, etag, changed, now, "", found_on)


def _attachments(answer: _Answer) -> list[str]:
    """Documents that a page links to and calls a report, on its own host."""
    if "html" not in answer.headers.get("content-type", "text/html"):
        return []
    from lxml import html
    from lxml.etree import ParserError

    try:
        page = html.document_fromstring(decode(answer.content).text)
    except (GovinfoError, ParserError, ValueError):
        # A page that cannot be read links to nothing; reading it says what is wrong.
        return []
    host = urlsplit(answer.address).netloc
    found: dict[str, None] = {}
    for anchor in page.iter("a"):
        said = f"{' '.join(map(str, anchor.itertext()))} {anchor.get('title') or ''}"
        try:
            link = urldefrag(urljoin(answer.address, anchor.get("href") or ""))[0]
            parts = urlsplit(link)
        except ValueError:
            # No address: http://[bad
            continue
        is_report = _DOCUMENT.search(parts.path) and _REPORT.search(said)
        if parts.netloc == host and is_report:
            found[link] = None
    return list(found)[:_ATTACHMENTS]


class _Client(AbstractContextManager["_Client"]):
    """One host after the other is asked, by its rules and within limits."""

    def __init__(self, manners: Manners) -> None:
        import httpx

        self.manners = manners
        timeout = httpx.Timeout(manners.stall, connect=min(15.0, manners.stall))
        self._http = httpx.Client(
            transport=_transport(manners.allowed),
            timeout=timeout,
            headers={"User-Agent": AGENT},
            follow_redirects=False,
            # A proxy of the environment would connect in our place, unchecked.
            trust_env=False,
        )
        self._rules: dict[str, Any] = {}
        self._asked: dict[str, float] = {}

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, address: str, known: Fetched | None = None) -> _Answer:
        """The document at an address, over redirects."""
        tags = (known.etag, known.last_modified) if known else ("", "")
        named = zip(("If-None-Match", "If-Modified-Since"), tags, strict=True)
        headers = {name: tag for name, tag in named if tag}
        there = address
        for _ in range(_REDIRECTS + 1):
            self._require_allowed(there)
            answer = self._patiently(there, headers)
            if answer.status in (200, 304):
                return answer
            if answer.status not in _ELSEWHERE:
                said = f"{there} answered {answer.status}. Look whether it moved."
                raise SourceError(said)
            there = urljoin(there, answer.headers.get("location", ""))
        raise SourceError(
            f"{address} leads on and on, over more than {_REDIRECTS} addresses."
        )

    def _require_allowed(self, address: str) -> None:
        """Raise unless an address is of the web, and its host lets it be fetched."""
        from protego import Protego

        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _Refused(
                f"{address!r} is no address of the web: expected http:// or https://. "
                "Correct the registry."
            )
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._rules:
            answer = self._patiently(f"{host}/robots.txt", {})
            for _ in range(_REDIRECTS):
                if answer.status in _ELSEWHERE:
                    there = urljoin(answer.address, answer.headers.get("location", ""))
                    answer = self._patiently(there, {})
            text = "User-agent: *\nDisallow: /" if answer.status >= 500 else ""
            if answer.status == 200:
                text = answer.content.decode("utf-8", "replace")
            self._rules[host] = Protego.parse(text)
        if not self._rules[host].can_fetch(address, AGENT):
            raise _Refused(
                f"{address} is closed to programs by {host}/robots.txt. Save the page "
                "by hand, or ask the agency."
            )

    def _patiently(self, address: str, headers: Mapping[str, str]) -> _Answer:
        """Ask, with pauses, and again where the fault may pass."""
        import httpx

        problem = ""
        for attempt in range(self.manners.attempts):
            self._pause(address, 2.0**attempt if attempt else 1.0)
            try:
                answer = self._once(address, headers)
            except httpx.HTTPError as error:
                problem = f"{type(error).__name__}: {error}"
                continue
            is_last = attempt + 1 == self.manners.attempts
            if answer.status not in _TRY_AGAIN or is_last:
                return answer
            after = answer.headers.get("retry-after", "")
            if after.isdecimal():
                time.sleep(min(float(after), _LONGEST_WAIT))
        raise SourceError(
            f"{address} could not be fetched in {self.manners.attempts} attempts "
            f"({problem}). Try again later, or look whether it moved."
        )

    def _pause(self, address: str, times: float) -> None:
        host = urlsplit(address).netloc
        if host in self._asked:
            since = time.monotonic() - self._asked[host]
            time.sleep(max(0.0, self.manners.pause * times - since))
        self._asked[host] = time.monotonic()

    def _once(self, address: str, headers: Mapping[str, str]) -> _Answer:
        start, most = time.monotonic(), self.manners.megabytes * 1_000_000
        content = bytearray()
        with self._http.stream("GET", address, headers=dict(headers)) as response:
            if response.status_code == 200:
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > most:
                        raise _Refused(
                            f"{address} sends more than {self.manners.megabytes:g} MB, "
                            "which no report needs. Look at it by hand."
                        )
                    if time.monotonic() - start > self.manners.seconds:
                        raise _Refused(
                            f"{address} took more than {self.manners.seconds:g} s. Try "
                            "again later, or save it by hand."
                        )
            told = str(response.url), response.status_code, response.headers
        return _Answer(*told, bytes(content))


def _transport(allowed: Iterable[str]) -> httpx.BaseTransport:
    """Connections to public addresses alone: the one that was checked is connected to.

    A name could resolve to another address when it is looked up a second time.
    """
    import httpcore
    import httpx

    class Guarded(httpcore.SyncBackend):
        """Looks a name up once, and connects to what it was told if that is public."""

        def connect_tcp(
            self, host: str, port: int, *arguments: Any, **options: Any
        ) -> httpcore.NetworkStream:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except OSError as error:
                raise httpcore.ConnectError(str(error)) from error
            addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
            for address in addresses:
                plain = address.partition("%")[0]
                is_open = ip_address(plain).is_global
                if not is_open and f"{plain}:{port}" not in allowed:
                    raise _Refused(
                        f"{host} leads to {plain}, an address of a private network, "
                        "which is not connected to. Correct the registry."
                    )
            return super().connect_tcp(addresses[0], port, *arguments, **options)

    transport = httpx.HTTPTransport()
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False),
        network_backend=Guarded(),
    )
    return transport
