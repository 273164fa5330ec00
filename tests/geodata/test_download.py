"""Downloads, against a server on this machine that serves files under the publishers' paths and fails in every way."""

from __future__ import annotations

import errno
import io
import json
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.archive import file_sha256
from geodata.download import Manners, download
from geodata.download_index import INDEX_NAME, read_index
from geodata.download_plan import Item, make_plan
from geodata.download_sources import BY_HAND, OFFERS, PRIMARY_MESHES
from geodata.errors import BadRequest, DownloadError, NoSpace
from geodata.recognise import recognise_file
from geodata.scan import scan
from geodata.sources import DATASETS

from .file_server import FileServer, Served

ITEM = Item("p04", "2020", "https://nlftp.mlit.go.jp/ksj/gml/data/P04/P04-20/P04-20_10_GML.zip", "P04-20_10_GML.zip")
OTHER = Item("p05", "2022", "https://nlftp.mlit.go.jp/ksj/gml/data/P05/P05-22/P05-22_10_GML.zip", "P05-22_10_GML.zip")
PATH = "/nlftp.mlit.go.jp/ksj/gml/data/P04/P04-20/P04-20_10_GML.zip"
OTHER_PATH = "/nlftp.mlit.go.jp/ksj/gml/data/P05/P05-22/P05-22_10_GML.zip"
KEPT = 6 * 16_384  # of the first 100,000 bytes, in whole chunks
PAGE = b"<!DOCTYPE html><html><body>Session expired</body></html>"


def a_zip(seed: int = 0, size: int = 300_000, name: str = "data.bin") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), random.Random(seed).randbytes(size))
    return buffer.getvalue()


@pytest.fixture
def server(monkeypatch):
    running = FileServer()
    running.keep_to_this_machine(monkeypatch)
    yield running
    running.close()


@pytest.fixture
def manners(server):
    return Manners(pause_seconds=0.0, first_wait_seconds=0.0, timeout_seconds=5.0, mirror=server.address)


def fetch(items, folder, manners):
    return {outcome.item.name: outcome for outcome in download(items, folder, manners)}


def start_of(request):
    return int(request.headers.get("Range", "bytes=0-")[len("bytes=") : -1])


def names(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


# --- what is fetched, and what is kept of it --------------------------------------------------------------------------


def test_a_file_comes_whole_and_is_in_the_index(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip())
    outcome = fetch([ITEM], tmp_path, manners)[ITEM.name]
    assert outcome.state == "fetched"
    assert (tmp_path / ITEM.name).read_bytes() == server.files[PATH].content
    assert names(tmp_path) == [ITEM.name, INDEX_NAME]
    entry = json.loads((tmp_path / INDEX_NAME).read_text(encoding="utf-8"))["files"][ITEM.name]
    assert entry["fetched_at"].endswith("+00:00")
    del entry["fetched_at"]
    assert entry == {
        "url": ITEM.url,  # of the publisher, wherever it came from
        "sha256": file_sha256(tmp_path / ITEM.name),
        "size": len(server.files[PATH].content),
        "licence": "CC BY 4.0",
        "credit": "「国土数値情報（医療機関データ）」（国土交通省）を加工して作成",
        "edition": "2020",
    }


def test_a_second_run_asks_for_nothing(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip())
    fetch([ITEM], tmp_path, manners)
    server.requests.clear()
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "kept"
    assert server.requests == []


@pytest.mark.parametrize("damage", ["other content", "shorter", "gone"])
def test_a_file_that_is_not_what_it_was_is_fetched_again(server, manners, tmp_path, damage):
    server.files[PATH] = Served(a_zip())
    fetch([ITEM], tmp_path, manners)
    path = tmp_path / ITEM.name
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-1] + (b"x" if damage == "other content" else b""))
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert path.read_bytes() == content


def test_a_file_that_somebody_carried_here_is_used(server, manners, tmp_path):
    (tmp_path / ITEM.name).write_bytes(a_zip())
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "found"
    assert server.requests == []
    assert read_index(tmp_path)[ITEM.name].fetched_at == ""


def test_a_damaged_file_that_somebody_carried_here_is_fetched(server, manners, tmp_path):
    (tmp_path / ITEM.name).write_bytes(a_zip()[:1000])
    server.files[PATH] = Served(a_zip())
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"


def test_an_index_that_is_cut_off_loses_nothing(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip())
    fetch([ITEM], tmp_path, manners)
    index = tmp_path / INDEX_NAME
    index.write_bytes(index.read_bytes()[:50])
    server.requests.clear()
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "found"
    assert server.requests == []


# --- connections that break, servers that change ---------------------------------------------------------------------


def test_a_connection_that_breaks_is_gone_on_with(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip(), breaks_at=[100_000, 50_000])
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert (tmp_path / ITEM.name).read_bytes() == server.files[PATH].content
    assert [start_of(request) for request in server.requests] == [0, KEPT, KEPT + 49_152]
    assert server.requests[1].headers["If-Range"] == '"v1"'


def test_a_later_run_goes_on_where_the_first_gave_up(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip(), breaks_at=[100_000])
    outcome = fetch([ITEM], tmp_path, replace(manners, attempts=1))[ITEM.name]
    assert outcome.state == "failed"
    assert "続きから" in outcome.message
    assert "run it again to go on" in outcome.message
    assert names(tmp_path) == [ITEM.name + ".part", ITEM.name + ".part.json"]
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert start_of(server.requests[-1]) == KEPT
    assert names(tmp_path) == [ITEM.name, INDEX_NAME]


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_a_server_that_names_no_version_starts_from_zero(server, manners, tmp_path, etag):
    server.files[PATH] = Served(a_zip(), etag=etag, breaks_at=[100_000])
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert [request.headers.get("Range") for request in server.requests] == [None, None]
    assert (tmp_path / ITEM.name).read_bytes() == server.files[PATH].content


def test_a_server_without_ranges_starts_from_zero(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip(), ranges=False, breaks_at=[100_000])
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert len(server.requests) == 2
    assert (tmp_path / ITEM.name).read_bytes() == server.files[PATH].content


def test_a_file_that_changes_half_way_is_not_stitched_together(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip(1), breaks_at=[100_000])
    fetch([ITEM], tmp_path, replace(manners, attempts=1))
    server.files[PATH] = Served(a_zip(2), etag='"v2"')
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert (tmp_path / ITEM.name).read_bytes() == a_zip(2)


def test_a_server_that_ignores_if_range_is_found_out_by_its_etag(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip(1), breaks_at=[100_000])
    fetch([ITEM], tmp_path, replace(manners, attempts=1))
    note = tmp_path / f"{ITEM.name}.part.json"
    server.files[PATH] = Served(a_zip(2), etag='"v2"')
    # What the server takes for its own version in If-Range, and the ETag of the part, differ.
    noted = json.loads(note.read_text(encoding="utf-8"))
    note.write_text(json.dumps({**noted, "etag": 'W/"v1"', "last_modified": '"v2"'}), encoding="utf-8")
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert [start_of(request) for request in server.requests] == [0, KEPT, 0]
    assert (tmp_path / ITEM.name).read_bytes() == a_zip(2)


def test_a_part_that_was_whole_when_the_program_died(server, manners, tmp_path):
    content = a_zip()
    server.files[PATH] = Served(content)
    (tmp_path / f"{ITEM.name}.part").write_bytes(content)
    noted = {"url": manners.address(ITEM), "etag": '"v1"', "last_modified": ""}
    (tmp_path / f"{ITEM.name}.part.json").write_text(json.dumps(noted), encoding="utf-8")
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert len(server.requests) == 1
    assert (tmp_path / ITEM.name).read_bytes() == content


def test_a_part_longer_than_the_file_is_thrown_away(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip())
    (tmp_path / f"{ITEM.name}.part").write_bytes(bytes(400_000))
    noted = {"url": manners.address(ITEM), "etag": '"v1"', "last_modified": ""}
    (tmp_path / f"{ITEM.name}.part.json").write_text(json.dumps(noted), encoding="utf-8")
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert (tmp_path / ITEM.name).read_bytes() == a_zip()


def test_a_part_of_another_address_is_not_gone_on_with(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip())
    (tmp_path / f"{ITEM.name}.part").write_bytes(b"PK\3\4 of another edition")
    noted = {"url": "https://elsewhere/", "etag": '"v1"', "last_modified": ""}
    (tmp_path / f"{ITEM.name}.part.json").write_text(json.dumps(noted), encoding="utf-8")
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert (tmp_path / ITEM.name).read_bytes() == a_zip()


@pytest.mark.parametrize("note", ["", "[]", '{"url": 1, "etag": null}', "\0"])
def test_a_part_without_a_usable_note_is_not_gone_on_with(server, manners, tmp_path, note):
    server.files[PATH] = Served(a_zip())
    (tmp_path / f"{ITEM.name}.part").write_bytes(b"PK\3\4 of whatever")
    (tmp_path / f"{ITEM.name}.part.json").write_text(note, encoding="utf-8")
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert (tmp_path / ITEM.name).read_bytes() == a_zip()


def test_ctrl_c_leaves_only_a_part_that_can_be_gone_on_with(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip(size=2_000_000))

    def interrupt(_item, done, _total):
        if done > 500_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(download([ITEM], tmp_path, manners, interrupt))
    assert names(tmp_path) == [ITEM.name + ".part", ITEM.name + ".part.json"]
    size = (tmp_path / f"{ITEM.name}.part").stat().st_size
    assert size > 500_000
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert server.requests[-1].headers["Range"] == f"bytes={size}-"
    assert (tmp_path / ITEM.name).read_bytes() == server.files[PATH].content


# --- errors of the server ---------------------------------------------------------------------------------------------


def test_what_is_not_published_is_named_and_the_rest_goes_on(server, manners, tmp_path):
    server.files[OTHER_PATH] = Served(a_zip())
    outcomes = fetch([ITEM, OTHER], tmp_path, manners)
    assert outcomes[ITEM.name].state == "missing"
    assert "404" in outcomes[ITEM.name].message
    assert ITEM.name in outcomes[ITEM.name].message
    assert outcomes[OTHER.name].state == "fetched"
    assert len(server.asked("P04")) == 1  # not tried again
    assert names(tmp_path) == [OTHER.name, INDEX_NAME]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_server_out_of_order_is_asked_again(server, manners, tmp_path, status):
    server.files[PATH] = Served(a_zip(), statuses=[status, status])
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert len(server.requests) == 3


def test_an_error_in_between_does_not_lose_what_came(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip(), breaks_at=[100_000], statuses=[200, 503])
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert [start_of(request) for request in server.requests] == [0, KEPT, KEPT]


def test_waits_grow(server, manners, tmp_path, monkeypatch):
    waits = []
    monkeypatch.setattr("geodata.download.time.sleep", waits.append)
    server.files[PATH] = Served(a_zip(), statuses=[500] * 9)
    outcome = fetch([ITEM], tmp_path, replace(manners, first_wait_seconds=2.0))[ITEM.name]
    assert outcome.state == "failed"
    assert "HTTP 500" in outcome.message
    assert [wait for wait in waits if wait] == [2.0, 4.0, 8.0, 16.0]
    assert len(server.requests) == 5


def test_a_server_that_falls_silent_is_asked_again(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip(), pauses=1.0)
    impatient = replace(manners, timeout_seconds=0.3, attempts=2)
    outcome = fetch([ITEM], tmp_path, impatient)[ITEM.name]
    assert outcome.state == "failed"
    assert "応答がありません" in outcome.message
    assert [start_of(request) for request in server.requests] == [0, 65_536]
    server.files[PATH].pauses = 0.0
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "fetched"
    assert (tmp_path / ITEM.name).read_bytes() == a_zip()


def test_a_refusal_is_named_at_once(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip(), statuses=[403])
    outcome = fetch([ITEM], tmp_path, manners)[ITEM.name]
    assert outcome.state == "failed"
    assert "403" in outcome.message
    assert len(server.requests) == 1


def test_a_server_that_nobody_reaches_is_not_asked_for_every_file(server, manners, tmp_path, monkeypatch):
    waits = []
    monkeypatch.setattr("geodata.download.time.sleep", waits.append)
    server.close()
    outcomes = fetch([ITEM, OTHER], tmp_path, replace(manners, first_wait_seconds=2.0))
    assert {outcome.state for outcome in outcomes.values()} == {"failed"}
    assert "接続できません" in outcomes[OTHER.name].message
    assert [wait for wait in waits if wait] == [2.0, 4.0, 8.0, 16.0]  # for the first file only


# --- files that are not what was asked for ---------------------------------------------------------------------------


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/zip"])
def test_a_page_instead_of_the_file_is_refused(server, manners, tmp_path, content_type):
    server.files[PATH] = Served(PAGE, type=content_type)
    outcome = fetch([ITEM], tmp_path, manners)[ITEM.name]
    assert outcome.state == "failed"
    assert "ウェブページ" in outcome.message
    assert "web page" in outcome.message
    assert names(tmp_path) == []
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "content",
    [
        a_zip()[:200_000],
        a_zip()[:-30],
        b"",
        b"PK\3\4",
        b"plain text, no zip",
        a_zip().replace(b"data.bin", b"../../ab"),
    ],
    ids=["truncated", "without its end", "empty", "four bytes", "text", "zip slip"],
)
def test_what_is_no_whole_zip_is_refused_and_nothing_of_it_stays(server, manners, tmp_path, content):
    server.files[PATH] = Served(content)
    outcome = fetch([ITEM], tmp_path, manners)[ITEM.name]
    assert outcome.state == "failed"
    assert outcome.message.startswith(ITEM.name)
    assert " / " in outcome.message
    assert names(tmp_path) == []


def test_damaged_bytes_inside_are_found(server, manners, tmp_path):
    content = bytearray(a_zip())
    content[1000] ^= 0xFF
    server.files[PATH] = Served(bytes(content))
    outcome = fetch([ITEM], tmp_path, manners)[ITEM.name]
    assert outcome.state == "failed"
    assert "壊れている" in outcome.message
    assert names(tmp_path) == []


def test_a_refused_file_leaves_the_older_one(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip())
    fetch([ITEM], tmp_path, manners)
    damaged = (tmp_path / ITEM.name).read_bytes()[:-1]
    (tmp_path / ITEM.name).write_bytes(damaged)
    server.files[PATH] = Served(PAGE)
    assert fetch([ITEM], tmp_path, manners)[ITEM.name].state == "failed"
    assert (tmp_path / ITEM.name).read_bytes() == damaged


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_that_is_too_large_is_refused(server, manners, tmp_path, says_length):
    server.files[PATH] = Served(a_zip(size=2_000_000), says_length=says_length)
    came = []
    limited = replace(manners, max_bytes=1_000_000)
    (outcome,) = download([ITEM], tmp_path, limited, lambda _item, done, _total: came.append(done))
    assert outcome.state == "failed"
    assert max(came, default=0) <= (0 if says_length else 1_016_384)
    assert "--max-mb" in outcome.message
    assert names(tmp_path) == []


def test_a_full_disk_ends_the_run_and_keeps_what_came(server, manners, tmp_path, monkeypatch):
    server.files[PATH] = Served(a_zip())
    opened = Path.open

    def open_on_a_small_disk(path, mode="r", *rest, **more):
        stream = opened(path, mode, *rest, **more)
        if mode in {"wb", "ab"} and path.name.endswith(".part"):
            write = stream.write
            room = iter(range(8))

            def write_while_there_is_room(chunk):
                if next(room, None) is None:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return write(chunk)

            return SmallDisk(stream, write_while_there_is_room)
        return stream

    monkeypatch.setattr(Path, "open", open_on_a_small_disk)
    with pytest.raises(NoSpace, match="ディスクに空きがありません"):
        fetch([ITEM], tmp_path, manners)
    monkeypatch.undo()
    assert fetch([ITEM], tmp_path, replace(manners, proxy=""))[ITEM.name].state == "fetched"
    assert start_of(server.requests[-1]) == 8 * 16_384
    assert (tmp_path / ITEM.name).read_bytes() == a_zip()


class SmallDisk:
    def __init__(self, stream, write):
        self.stream, self.write = stream, write

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()


# --- manners ----------------------------------------------------------------------------------------------------------


def test_one_request_at_a_time_with_a_pause(server, manners, tmp_path):
    server.files |= {PATH: Served(a_zip(1)), OTHER_PATH: Served(a_zip(2))}
    fetch([ITEM, OTHER], tmp_path, replace(manners, pause_seconds=0.3))
    first, second = server.requests
    assert second.started - first.ended >= 0.25
    assert first.headers["User-Agent"].startswith("regional-conditions-explorer/")


def test_the_proxy_of_the_option_is_used(server, manners, tmp_path):
    server.files["http://files.invalid/P04-20_10_GML.zip"] = Served(a_zip())
    through = replace(manners, proxy=server.address, mirror="http://files.invalid/{name}")
    assert fetch([ITEM], tmp_path, through)[ITEM.name].state == "fetched"
    assert server.requests[0].path == "http://files.invalid/P04-20_10_GML.zip"


def test_the_proxy_of_the_environment_is_used(server, manners, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", server.address)
    server.files["http://files.invalid/P04-20_10_GML.zip"] = Served(a_zip())
    through = replace(manners, mirror="http://files.invalid/{name}")
    assert fetch([ITEM], tmp_path, through)[ITEM.name].state == "fetched"


def test_the_option_goes_before_the_environment(server, manners, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    server.files["http://files.invalid/P04-20_10_GML.zip"] = Served(a_zip())
    through = replace(manners, proxy=server.address, mirror="http://files.invalid/{name}")
    assert fetch([ITEM], tmp_path, through)[ITEM.name].state == "fetched"


def test_a_proxy_that_is_not_there_is_named(server, manners, tmp_path):
    through = replace(manners, proxy="http://127.0.0.1:1", mirror="http://files.invalid", attempts=1)
    outcome = fetch([ITEM], tmp_path, through)[ITEM.name]
    assert outcome.state == "failed"
    assert "プロキシ" in outcome.message


@pytest.mark.parametrize("option", ["proxy", "mirror"])
@pytest.mark.parametrize("value", ["proxy.example:8080", "ftp://files/", "http://"])
def test_an_address_that_cannot_be_is_refused(option, value):
    with pytest.raises(BadRequest, match=f"--{option}"):
        Manners(**{option: value})


def test_an_inner_server_is_asked_in_place_of_the_publisher():
    query = Item("estat_grid", "2020", "https://www.e-stat.go.jp/gis/data?statsId=T1&code=5438", "tblT1Q5438.zip")
    assert Manners().address(query) == query.url
    assert (
        Manners(mirror="http://inner/open/").address(query)
        == "http://inner/open/www.e-stat.go.jp/gis/data?statsId=T1&code=5438"
    )
    assert Manners(mirror="http://inner/raw/{name}").address(query) == "http://inner/raw/tblT1Q5438.zip"


def test_two_downloads_into_one_folder_are_refused(server, manners, tmp_path):
    server.files[PATH] = Served(a_zip())
    first = download([ITEM, OTHER], tmp_path, manners)
    next(first)
    with pytest.raises(DownloadError, match="別の download"):
        fetch([OTHER], tmp_path, manners)
    first.close()


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_the_plan_of_a_prefecture():
    plan = make_plan(["10"])
    by_name = {item.name: item for item in plan.items}
    assert len(by_name) == len(plan.items)
    assert by_name["N03-20240101_10_GML.zip"].url == (
        "https://nlftp.mlit.go.jp/ksj/gml/data/N03/N03-2024/N03-20240101_10_GML.zip"
    )
    assert by_name["P04-20_10_GML.zip"].url == ITEM.url
    assert by_name["P11-22_10_SHP.zip"].url.endswith("/P11/P11-22/P11-22_10_SHP.zip")
    assert by_name["tblT001142Q5438.zip"].url == (
        "https://www.e-stat.go.jp/gis/statmap-search/data?statsId=T001142&code=5438&downloadType=2"
    )
    assert by_name["500m_mesh_2024_10_SHP.zip"].url == (
        "https://nlftp.mlit.go.jp/ksj/gml/data/m500r6/m500r6-24/500m_mesh_2024_10_SHP.zip"
    )
    assert by_name["N02-23_GML.zip"].size == 16_700_000
    assert by_name["N03-20240101_10_GML.zip"].size is None
    assert plan.known_bytes == 22_300_000
    assert plan.of_unknown_size == len(plan.items) - 2
    assert {item.known.purpose for item in plan.items} >= {
        "boundaries", "population", "facilities", "stations", "stops", "zones", "future_population", "hazards",
    }  # fmt: skip
    assert {entry.dataset for entry in plan.by_hand} >= {"osm", "gtfs", "a40"}


def test_several_prefectures_share_what_they_share():
    one, two = make_plan(["09"]), make_plan(["09", "10"])
    shared = [item.name for item in two.items if item.name == "N02-23_GML.zip" or "5439" in item.name]
    assert len(shared) == len(set(shared))
    assert {item.name for item in one.items} < {item.name for item in two.items}


def test_only_some_purposes():
    plan = make_plan(["10"], ["stops", "p04"])
    assert [item.name for item in plan.items] == ["P04-20_10_GML.zip", "P11-22_10_SHP.zip"]
    assert [entry.dataset for entry in plan.by_hand] == ["gtfs"]


def test_what_is_not_published_for_a_prefecture_is_not_in_its_plan():
    assert not make_plan(["31"], ["a50"]).items
    assert make_plan(["16"], ["a50"]).items


@pytest.mark.parametrize(("prefectures", "only"), [([], []), (["48"], []), (["10"], ["shopping"])])
def test_a_plan_that_cannot_be(prefectures, only):
    with pytest.raises(BadRequest):
        make_plan(prefectures, only)


def test_every_offer_is_in_the_catalogue_and_names_a_zip():
    for offer in OFFERS:
        assert offer.dataset in DATASETS
        assert offer.name.endswith(".zip")
        assert offer.url.startswith(("https://nlftp.mlit.go.jp/ksj/gml/data/", "https://www.e-stat.go.jp/"))
        assert ("{pp}" in offer.name, "{mesh}" in offer.name) == (offer.extent == "prefecture", offer.extent == "mesh")
        assert ("{pp}" in offer.url, "{mesh}" in offer.url) == (offer.extent == "prefecture", offer.extent == "mesh")
    assert all(entry.dataset in DATASETS and entry.page.startswith("https://") for entry in BY_HAND)


@pytest.mark.realdata
def test_primary_squares_hold_the_prefectures(shared_data):
    import geopandas as gpd
    import numpy as np
    import shapely

    from geodata.codes import PREFECTURES
    from geodata.mesh import polygons

    squares = {mesh: polygons([int(mesh)])[0] for meshes in PRIMARY_MESHES.values() for mesh in meshes}
    table = gpd.read_file(shared_data / "japan" / "prefectures_s0001.geojson").set_index("N03_001")
    assert len(PRIMARY_MESHES) == 47
    for code, meshes in PRIMARY_MESHES.items():
        outline = shapely.make_valid(table.geometry[PREFECTURES[code]])
        held = shapely.union_all([squares[mesh] for mesh in meshes])
        assert shapely.area(shapely.difference(outline, held)) < 1e-9, code
        touched = {mesh for mesh, square in squares.items() if shapely.intersects(square, outline)}
        # Islands that the simplified outlines have lost are in the table, and nothing else.
        far = [shapely.distance(squares[mesh], outline) for mesh in set(meshes) - touched]
        assert touched <= set(meshes), code
        assert len(far) <= 12
        assert np.max(far, initial=0.0) < 12.0


# --- and then the scan ------------------------------------------------------------------------------------------------


def collection(properties: dict, geometry: dict) -> bytes:
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False).encode()


POINT = {"type": "Point", "coordinates": [139.0, 36.3]}
AREA = {"type": "Polygon", "coordinates": [[[139.0, 36.3], [139.1, 36.3], [139.1, 36.4], [139.0, 36.3]]]}


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def small_area_shapefile(folder: Path) -> dict[str, bytes]:
    import geopandas as gpd
    import shapely

    columns = {
        "KEY_CODE": ["102010010"],
        "PREF": ["10"],
        "CITY": ["201"],
        "JINKO": [100],
        "SETAI": [40],
        "HCODE": [8101],
    }
    shape = gpd.GeoDataFrame(columns, geometry=[shapely.box(139.0, 36.3, 139.01, 36.31)], crs=6668)
    shape.to_file(folder / "r2ka10.shp", encoding="cp932")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def published(item: Item, folder: Path) -> bytes:
    """A file as the publisher packs it, with one feature."""
    stem = item.name.removesuffix(".zip").removesuffix("_GML").removesuffix("_SHP").removesuffix("_GEOJSON")
    if item.dataset == "estat_grid":
        mesh, table = stem[-4:], stem[3:10]
        lines = [f"KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,{table}001,{table}019", ",,,,　人口（総数）,　６５歳以上人口　総数"]
        text = "\r\n".join([*lines, f"{mesh}00001{'1' if table != 'T001141' else ''},0,,,100,30", ""])
        return zipped(**{f"tbl{table}Q{mesh}.txt": text.encode("cp932")})
    if item.dataset == "small_areas":
        folder.mkdir()
        return zipped(**small_area_shapefile(folder))
    properties = {
        "n03": {"N03_001": "群馬県", "N03_004": "前橋市", "N03_007": "10201"},
        "n02": {"N02_001": "11", "N02_005": "前橋", "N02_005c": "1", "N02_005g": "1"},
        "mesh_r6": {"MESH_ID": "543800001", "SHICODE": "10201", "PTN_2020": 100},
    }.get(item.dataset) or {f"{item.known.ja.split()[1]}_00{number}": "1" for number in range(1, 6)}
    geometry = AREA if item.dataset[0] in "nam" else POINT
    name = {"n03": "N03-20240101_10", "n02": "N02-23_Station", "s12": "S12-23_NumberOfPassengers"}.get(
        item.dataset, stem
    )
    if item.dataset == "a31b":
        name = stem.replace("A31b-23", "A31b-20-23")
    meta = {f"KS-META-{stem}.xml": b"<?xml version='1.0'?><meta/>"}
    return zipped(**{f"{stem}/{name}.geojson": collection(properties, geometry)}, **meta)


def serve(server, items, folder):
    for number, item in enumerate(items):
        address = Manners(mirror="http://x").address(item).removeprefix("http://x")
        server.files[address] = Served(published(item, folder / str(number)))


def test_everything_that_is_fetched_is_recognised(server, manners, tmp_path):
    plan = make_plan(["10"])
    made, raw = tmp_path / "made", tmp_path / "raw"
    made.mkdir()
    serve(server, plan.items, made)
    outcomes = fetch(plan.items, raw, manners)
    assert {outcome.state for outcome in outcomes.values()} == {"fetched"}
    found = scan([raw])
    assert [entry.file.label for entry in found.found if entry.problem or entry.dataset is None] == []
    by_archive: dict[str, set[str]] = {}
    for entry in found.found:
        by_archive.setdefault(entry.file.path.name, set()).add(entry.dataset)
    for item in plan.items:
        assert by_archive[item.name] - {"document"} == {item.dataset}, item.name
    editions = {entry.dataset: entry.edition for entry in found.found if entry.dataset != "estat_grid"}
    assert editions["a31b"] == "2023"
    assert editions["a33"] == "2025"
    assert {entry.edition for entry in found.of("estat_grid")} == {"2020", "2015"}
    assert all("群馬県" not in entry.coverage for entry in found.of("a31b"))  # 10 is who manages the rivers


@pytest.mark.realdata
def test_real_files_come_as_they_are_and_are_recognised(server, manners, tmp_path, shared_data):
    content = {
        "N03-20240101_10_GML.zip": zipped(
            **{"N03-20240101_10.geojson": (shared_data / "gunma" / "n03_10_full.geojson").read_bytes()}
        ),
        "A002005212020DDSWC10-JGD2011.zip": (shared_data / "gunma" / "A002005212015DDSWC10.zip").read_bytes(),
        "P29-23_10_GML.zip": zipped(
            **{"P29-23_10_GML\\P29-23_10.geojson": (shared_data / "gunma" / "P29-23_10.geojson").read_bytes()}
        ),
    }
    items = [item for item in make_plan(["10"]).items if item.name in content]
    for item in items:
        server.files[manners.address(item).removeprefix(server.address)] = Served(
            content[item.name], breaks_at=[len(content[item.name]) // 2]
        )
    assert {outcome.state for outcome in fetch(items, tmp_path, manners).values()} == {"fetched"}
    found = scan([tmp_path])
    assert {entry.dataset for entry in found.found} - {"document"} == {"n03", "small_areas", "p29"}
    assert not [entry for entry in found.found if entry.problem]
    assert found.of("n03")[0].details["codes_by_prefecture"] == {"10": 35}


def test_a_scan_says_of_a_part_that_it_is_not_whole(tmp_path):
    (tmp_path / "P04-20_10_GML.zip.part").write_bytes(b"PK\3\4")
    (tmp_path / "P04-20_10_GML.zip.part.json").write_text("{}", encoding="utf-8")
    (entry,) = recognise_file(tmp_path / "P04-20_10_GML.zip.part", root=tmp_path)
    assert "explorer download" in entry.problem
    (note,) = recognise_file(tmp_path / "P04-20_10_GML.zip.part.json", root=tmp_path)
    assert (note.dataset, note.problem) == ("document", "")
