"""Ask the Overpass API for places of interest, with osmnx, and write its answer as a file of the raw folder.

Only on the user's request: this is a public service run by volunteers, so the area is asked for once, in pieces of the
size osmnx keeps to, and the answer is kept.
"""

from __future__ import annotations

import json
import os
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geodata.archive import file_sha256
from geodata.download_index import Entry, read_index, write_index
from geodata.errors import BadRequest, DownloadError
from geodata.osm_tags import KIND_OF_TAG
from geodata.overpass_points import OWN_KEY
from geodata.sources import DATASETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    import requests
    from shapely.geometry.base import BaseGeometry

    from geodata.vector import Bounds

PUBLIC_SERVER: Final = "https://overpass-api.de/api"
_EDGE_DEGREES: Final = 0.05  # about 5 km: the shop across the border is the nearest one for some
_SIMPLE_DEGREES: Final = 0.02
_NOTHING_THERE: Final = "No matching features"  # how osmnx says that nothing is mapped in an area
_BUSY: Final = frozenset({429, 504})
_PATIENCE: Final = 5  # osmnx waits a minute after each
_METADATA: Final = frozenset({"geometry", "nodes", "members", "timestamp", "version", "changeset", "user", "uid"})


@dataclass(frozen=True)
class Area:
    """What to ask for.

    Parameters
    ----------
    shape
        Polygon(s) in degrees.
    prefectures
        Codes of the prefectures that it holds as a whole; empty for a box.
    name
        For the name of the file.
    """

    shape: BaseGeometry
    prefectures: tuple[str, ...]
    name: str

    @property
    def box(self) -> Bounds:
        """West, south, east, north."""
        west, south, east, north = (float(value) for value in self.shape.bounds)
        return west, south, east, north


def box_area(text: str) -> Area:
    """The area of ``west,south,east,north`` in degrees.

    Raises
    ------
    BadRequest
        Not four numbers in order, or not in Japan.
    """
    import shapely

    from geodata.vector import JAPAN_LAT, JAPAN_LON

    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    in_order = JAPAN_LON[0] <= west < east <= JAPAN_LON[1] and JAPAN_LAT[0] <= south < north <= JAPAN_LAT[1]
    if not in_order:
        raise BadRequest(
            f"--box {text}: 西,南,東,北 の順に日本の経緯度（度）で書いてください（例 138.9,36.2,139.3,36.5）。 / "
            "Write west,south,east,north in degrees, within Japan, like 138.9,36.2,139.3,36.5."
        )
    return Area(
        shapely.box(west, south, east, north), (), "_".join(f"{value:g}" for value in (west, south, east, north))
    )


def prefecture_area(prefectures: Sequence[str], folder: Path) -> Area:
    """The prefectures with a rim of 3 to 5 km, by the N03 boundaries in the folder.

    Raises
    ------
    BadRequest
        The folder holds no boundaries of one of them.
    """
    import shapely

    outlines = []
    for code in prefectures:
        outline = _outline(code, folder)
        if outline is None:
            raise BadRequest(
                f"{folder}: 都道府県 {code} の境界（N03）がありません。先に --only boundaries で取得するか、"
                "--box 西,南,東,北 で範囲を指定してください。 / "
                f"The folder holds no N03 boundaries of prefecture {code}: fetch them with --only boundaries first, or "
                "give an area with --box west,south,east,north."
            )
        outlines.append(outline)
    shape = shapely.union_all(outlines).buffer(_EDGE_DEGREES).simplify(_SIMPLE_DEGREES)
    return Area(shape, tuple(prefectures), "_".join(prefectures))


def _outline(prefecture: str, folder: Path) -> BaseGeometry | None:
    import shapely

    from geodata.errors import ExplorerError
    from geodata.municipalities import read_boundaries
    from geodata.notes import Notes
    from geodata.recognise import recognise_file

    for path in sorted(folder.rglob("*03*")):
        if not path.is_file() or not path.name.upper().startswith("N03"):
            continue
        for entry in recognise_file(path, root=folder):
            if entry.dataset == "n03" and not entry.problem and prefecture in entry.details["codes_by_prefecture"]:
                try:
                    table = read_boundaries(entry.file, notes=Notes(), prefectures=[prefecture])
                except ExplorerError:
                    continue
                return shapely.union_all(shapely.simplify(table.geometry.to_numpy(), _SIMPLE_DEGREES / 4))
    return None


def fetch_places(area: Area, folder: Path, *, server: str = PUBLIC_SERVER, proxy: str = "") -> tuple[Path, int]:
    """Ask for all places whose tags are those of a facility; returns the file and their number.

    Raises
    ------
    DownloadError
        The server cannot be reached, refuses, or answers with something else.
    """
    import osmnx
    import requests
    import shapely

    frames, answers = [], _Answers()
    with _settings(server, proxy, answers):
        for part in shapely.get_parts(area.shape):
            try:
                frames.append(osmnx.features.features_from_polygon(part, _tags()))
            except (requests.exceptions.RequestException, ValueError, KeyError, AttributeError) as error:
                if _NOTHING_THERE in str(error):
                    continue
                raise DownloadError(_no_answer(server, str(error))) from error
            finally:
                answers.check(server)
    elements = _elements(frames)
    now = answers.oldest or datetime.now(UTC)
    # One file for an area, with its date inside: an older one beside it would bring back shops that have closed.
    path = folder / f"overpass_{area.name}.json"
    _write(path, elements, area, now, server)
    known = DATASETS["overpass"]
    entry = Entry(
        url=server,
        sha256=file_sha256(path),
        size=path.stat().st_size,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        licence=known.licence,
        credit=known.credit,
        edition=f"{now:%Y-%m-%d}",
    )
    write_index(folder, read_index(folder) | {path.name: entry})
    return path, len(elements)


class _Answers:
    """Listens to the answers for what osmnx does not pass on: their date, and that a query was cut short."""

    def __init__(self) -> None:
        self.oldest: datetime | None = None
        self.remark = ""
        self.busy = 0

    def hear(self, response: requests.Response, *_: object, **__: object) -> None:
        """Note one answer (a hook of requests).

        Raises
        ------
        DownloadError
            The server has been too busy several times; osmnx would ask it for ever.
        """
        self.busy = self.busy + 1 if response.status_code in _BUSY else 0
        if self.busy >= _PATIENCE:
            raise DownloadError(_no_answer(response.url.split("?")[0], f"HTTP {response.status_code}"))
        try:
            answer = response.json()
            self.remark = self.remark or str(answer.get("remark", ""))
            date = datetime.fromisoformat(answer["osm3s"]["timestamp_osm_base"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # the status page, or an error that osmnx finds itself
        self.oldest = min(date, self.oldest or date)

    def check(self, server: str) -> None:
        """Refuse an answer that is not all: Overpass sends what it has so far, and a remark."""
        if "error" in self.remark.lower():
            raise DownloadError(_no_answer(server, self.remark))


def _no_answer(server: str, why: str) -> str:
    why = " ".join(why.split())[:200]  # osmnx quotes whole pages
    return (
        f"{server}: Overpass API から取得できません（{why}）。時間をおくか、--overpass で別のサーバーを指定してください。 / "
        f"The Overpass API does not answer ({why}). Try later, or another server with --overpass."
    )


def _tags() -> dict[str, bool | str | list[str]]:
    """Tags of :data:`geodata.osm_tags.KIND_OF_TAG`, by key."""
    tags: dict[str, list[str]] = {}
    for key, value, _ in (*KIND_OF_TAG, ("amenity", "social_facility", "")):
        tags.setdefault(key, []).append(value)
    return dict(tags)


@contextmanager
def _settings(server: str, proxy: str, answers: _Answers) -> Iterator[None]:
    """Set osmnx to ask this server only and to write nothing, and put everything back afterwards."""
    import osmnx

    wanted = {
        "overpass_url": server.rstrip("/"),
        "use_cache": False,  # it would lie in the current folder
        "log_console": False,
        "doh_url_template": None,  # asks a third party for addresses otherwise
        "requests_kwargs": {
            "hooks": {"response": answers.hear},
            **({"proxies": {"http": proxy, "https": proxy}} if proxy else {}),
        },
    }
    before = {name: getattr(osmnx.settings, name) for name in wanted}
    resolver = socket.getaddrinfo  # osmnx ties the name of the server to one address
    for name, value in wanted.items():
        setattr(osmnx.settings, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
        socket.getaddrinfo = resolver


def _elements(frames: Sequence[gpd.GeoDataFrame]) -> list[dict[str, Any]]:
    """Features as Overpass writes them with ``out geom``, each once."""
    elements: dict[tuple[str, int], dict[str, Any]] = {}
    for frame in frames:
        shapes = frame.geometry.to_numpy()
        columns = [name for name in frame.columns if name not in _METADATA]
        values = frame[columns].astype(object).to_numpy()
        for (kind, number), shape, row in zip(frame.index, shapes, values, strict=True):
            tags = {name: value for name, value in zip(columns, row, strict=True) if isinstance(value, str)}
            elements[kind, int(number)] = {"type": kind, "id": int(number), **_where(kind, shape), "tags": tags}
    return [elements[key] for key in sorted(elements)]


def _where(kind: str, shape: BaseGeometry) -> dict[str, Any]:
    import shapely

    if kind == "node":
        lon, lat = shapely.get_coordinates(shape)[0].tolist()
        return {"lat": lat, "lon": lon}
    lines = [part.exterior if part.geom_type == "Polygon" else part for part in shapely.get_parts(shape).tolist()]
    points = [[{"lat": y, "lon": x} for x, y in line.coords] for line in lines]
    if kind == "way" and len(points) == 1:
        return {"geometry": points[0]}
    if kind == "way":  # mapped across itself: osmnx makes several areas of it
        centre = shape.representative_point()
        return {"center": {"lat": centre.y, "lon": centre.x}}
    return {"members": [{"type": "way", "role": "outer", "geometry": line} for line in points]}


def _write(path: Path, elements: list[dict[str, Any]], area: Area, now: datetime, server: str) -> None:
    content = {
        "version": 0.6,
        "generator": "Overpass API through osmnx, written by regional-conditions-explorer",
        "osm3s": {
            "timestamp_osm_base": now.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "copyright": "The data included in this document is from www.openstreetmap.org, © OpenStreetMap "
            "contributors. The data is made available under ODbL 1.0.",
        },
        OWN_KEY: {
            "prefectures": list(area.prefectures),
            "box": [round(value, 6) for value in area.box],
            "server": server,
        },
        "elements": elements,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    temporary.replace(path)
