"""Places of Overture Maps, from tiny parquet files in its schema."""

from __future__ import annotations

import pyarrow as pa
import pytest

from geodata.errors import UnreadableFile
from geodata.kinds import KINDS
from geodata.notes import Notes
from geodata.overture import LEAST_CONFIDENCE, read_overture
from geodata.overture_categories import KIND_OF_CATEGORY, kind_of_place
from geodata.recognise import recognise_file

from .overture_files import SCHEMA, place, written


def test_places_become_facilities_of_their_kinds(tmp_path):
    notes = Notes()
    raw = written(tmp_path, [place("supermarket", name="見本スーパー"), place("gas_station"), place("hair_salon")])
    table = read_overture(raw, notes=notes, as_of="2026-01-21")
    assert table["kind"].tolist() == ["supermarket", "fuel"]
    assert table["service"].tolist() == ["shopping", "energy"]
    assert table["name"].tolist() == ["見本スーパー", "見本"]
    assert table["as_of"].tolist() == ["2026-01-21"] * 2
    assert table["capacity"].isna().all()
    assert table.crs.to_epsg() == 6668
    assert (table.geometry.x[0], table.geometry.y[0]) == (139.1, 36.3)
    assert not list(notes)


def test_doubtful_places_are_left_out_with_a_count(tmp_path):
    notes = Notes()
    confidences = [LEAST_CONFIDENCE, LEAST_CONFIDENCE - 0.01, None]
    shops = [place("supermarket", confidence=value, lon=139 + at / 10) for at, value in enumerate(confidences)]
    other = place("hair_salon", confidence=0.1)  # no facility, so not counted
    table = read_overture(written(tmp_path, [*shops, other]), notes=notes)
    assert table.geometry.x.tolist() == [139.0]
    (note,) = notes
    assert "2 of 3 facilities" in note.en
    assert "2 件" in note.ja


def test_closed_places_are_left_out_with_a_count(tmp_path):
    notes = Notes()
    shops = [
        place("supermarket", status=status) for status in ("open", "permanently_closed", "temporarily_closed", None)
    ]
    assert len(read_overture(written(tmp_path, shops), notes=notes)) == 2
    assert "2 closed" in next(iter(notes)).en


def test_only_row_groups_and_rows_of_the_box_are_read(tmp_path):
    shops = [place("supermarket", lon=lon) for lon in (139.0, 139.5, 140.0)]
    raw = written(tmp_path, shops)
    table = read_overture(raw, notes=Notes(), within=(139.4, 36.0, 139.6, 36.5))
    assert table.geometry.x.tolist() == [139.5]
    assert read_overture(raw, notes=Notes(), within=(141.0, 36.0, 142.0, 36.5)).empty


def test_the_taxonomy_that_came_later_is_read_alike(tmp_path):
    fields = [field for field in SCHEMA if field.name != "categories"]
    taxonomy = pa.struct([("primary", pa.string()), ("hierarchy", pa.list_(pa.string()))])
    schema = pa.schema([*fields, ("taxonomy", taxonomy)])
    entry = {**place("supermarket"), "taxonomy": {"primary": "convenience_store", "hierarchy": ["shopping"]}}
    raw = written(tmp_path, [entry], schema=schema)
    assert read_overture(raw, notes=Notes())["kind"].tolist() == ["convenience"]
    assert recognise_file(raw.path, root=tmp_path)[0].dataset == "overture"


def test_an_alternate_category_makes_no_shop(tmp_path):
    raw = written(tmp_path, [place("gas_station", alternate=["supermarket"]), place(None), place("x", name=None)])
    assert read_overture(raw, notes=Notes())["kind"].tolist() == ["fuel"]


@pytest.mark.parametrize(
    ("category", "name", "kind"),
    [
        ("school", "見本市立第一小学校", "elementary_school"),
        ("school", "見本塾", "other_school"),
        ("preschool", "見本幼稚園", "kindergarten"),
        ("preschool", "見本保育園", "nursery"),
        ("day_care_preschool", "見本", "nursery"),
        ("town_hall", "見本市役所", "town_hall"),
        ("town_hall", "見本市東支所", "branch_office"),
        ("hair_salon", "見本スーパー", None),
    ],
)
def test_names_tell_more_than_some_categories(category, name, kind):
    assert kind_of_place(category, name) == kind


def test_every_category_of_the_table_has_a_kind_that_exists():
    assert set(KIND_OF_CATEGORY.values()) <= KINDS.keys()
    assert all(kind_of_place(category, "") in KINDS for category in KIND_OF_CATEGORY)


def test_the_scan_tells_release_place_and_number(tmp_path):
    raw = written(tmp_path, [place("supermarket"), place("library", lon=139.9, lat=36.9)])
    (entry,) = recognise_file(raw.path, root=tmp_path)
    assert (entry.dataset, entry.edition, entry.details["rows"]) == ("overture", "2026-01-21", 2)
    assert entry.coverage == "139.10–139.90°E, 36.30–36.90°N"
    assert "CDLA-Permissive-2.0" in entry.licence
    assert entry.known.purpose == "facilities"


def test_a_file_of_another_schema_is_said(tmp_path):
    fields = [field for field in SCHEMA if field.name != "categories"]
    raw = written(
        tmp_path,
        [{**place("x"), "categories": "supermarket"}],
        schema=pa.schema([*fields, ("categories", pa.string())]),
    )
    with pytest.raises(UnreadableFile, match="Overture"):
        read_overture(raw, notes=Notes(), within=(139.0, 36.0, 140.0, 37.0))


def test_a_file_that_is_cut_off_is_said(tmp_path):
    raw = written(tmp_path, [place("supermarket")])
    raw.path.write_bytes(raw.path.read_bytes()[:-20])
    with pytest.raises(UnreadableFile, match="Overture"):
        read_overture(raw, notes=Notes())


def test_geometry_that_is_no_wkb_is_said(tmp_path):
    raw = written(tmp_path, [{**place("supermarket"), "geometry": b"\0\1\2"}])
    with pytest.raises(UnreadableFile, match="Overture"):
        read_overture(raw, notes=Notes())
