"""What a download would fetch: files with address, size, edition and licence, before anything is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geodata.codes import PREFECTURES
from geodata.download_sources import BY_HAND, OFFERS, PRIMARY_MESHES, ByHand, Offer
from geodata.errors import BadRequest
from geodata.sources import DATASETS, PURPOSES, Dataset


@dataclass(frozen=True)
class Item:
    """One file to fetch.

    Parameters
    ----------
    dataset
        Key of :data:`geodata.sources.DATASETS`.
    edition
        Year or date.
    url
        Address at the publisher.
    name
        Name of the file in the folder.
    size
        Bytes as the publisher prints them, None if it does not.
    ja, en
        What tells this file from others of the data set; may be empty.
    """

    dataset: str
    edition: str
    url: str
    name: str
    size: int | None = None
    ja: str = ""
    en: str = ""

    @property
    def known(self) -> Dataset:
        """Catalogue entry."""
        return DATASETS[self.dataset]

    @property
    def licence(self) -> str:
        """Licence of this edition."""
        return self.known.licence_of(self.edition)


@dataclass(frozen=True)
class Plan:
    """Files to fetch, in order, and what has to be got by hand."""

    items: tuple[Item, ...]
    by_hand: tuple[ByHand, ...]

    @property
    def known_bytes(self) -> int:
        """Sum of the sizes that are known."""
        return sum(item.size or 0 for item in self.items)

    @property
    def of_unknown_size(self) -> int:
        """Number of files whose size the publisher does not print."""
        return sum(item.size is None for item in self.items)


def make_plan(prefectures: Sequence[str], only: Sequence[str] = ()) -> Plan:
    """Files for some prefectures; what several of them share is in the plan once.

    Parameters
    ----------
    prefectures
        Two-digit codes.
    only
        Purposes (``boundaries``, ``population`` …) or data sets (``n03``, ``p04`` …); empty for everything.

    Raises
    ------
    BadRequest
        No prefecture, one for which nothing is published, or an unknown word in `only`.

    Examples
    --------
    >>> [item.name for item in make_plan(["10"], ["n03", "stations"]).items]
    ['N03-20240101_10_GML.zip', 'N02-23_GML.zip']
    """
    wanted = list(dict.fromkeys(prefectures))
    if not wanted or not set(wanted) <= PRIMARY_MESHES.keys():
        names = "・".join(PREFECTURES.get(code, code) for code in wanted if code not in PRIMARY_MESHES)
        raise BadRequest(
            f"--prefecture {names}: 都道府県を 01〜47 か名前で指定してください。 / "
            "Give one or more prefectures, 01 to 47 or by name."
        )
    _check_words(only)
    items: dict[str, Item] = {}
    for offer in OFFERS:
        if _is_wanted(offer.dataset, only):
            items |= {item.name: item for item in _items_of(offer, wanted)}
    return Plan(tuple(items.values()), tuple(entry for entry in BY_HAND if _is_wanted(entry.dataset, only)))


def words_for_only() -> list[str]:
    """Purposes and data sets that `only` may name."""
    datasets = [offer.dataset for offer in OFFERS] + [entry.dataset for entry in BY_HAND]
    purposes = [purpose for purpose in PURPOSES if any(DATASETS[name].purpose == purpose for name in datasets)]
    return [*purposes, *dict.fromkeys(datasets)]


def _check_words(only: Sequence[str]) -> None:
    unknown = [word for word in only if word not in words_for_only()]
    if unknown:
        raise BadRequest(
            f"--only {', '.join(unknown)}: 使える語: {', '.join(words_for_only())}。 / "
            f"Not a purpose or data set; choose from {', '.join(words_for_only())}."
        )


def _is_wanted(dataset: str, only: Sequence[str]) -> bool:
    return not only or dataset in only or DATASETS[dataset].purpose in only


def _items_of(offer: Offer, prefectures: Sequence[str]) -> list[Item]:
    if offer.extent == "nation":
        return [_item(offer)]
    inside = [code for code in prefectures if code not in offer.not_in]
    if offer.extent == "prefecture":
        return [_item(offer, pp=code) for code in inside]
    return [_item(offer, mesh=mesh) for mesh in sorted({mesh for code in inside for mesh in PRIMARY_MESHES[code]})]


def _item(offer: Offer, **where: str) -> Item:
    return Item(
        offer.dataset,
        offer.edition,
        offer.url.format(**where),
        offer.name.format(**where),
        offer.size,
        offer.ja,
        offer.en,
    )
