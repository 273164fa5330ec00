"""The command ``explorer map``: the map of one indicator as PNG, SVG or one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from explorer.commands.options import BadOption, RegionCodes, WorkspaceFolder, region_in

if TYPE_CHECKING:
    from explorer.maps.overlay import Overlay
    from geodata.workspace import Workspace

_ENDINGS: Final = (".png", ".svg", ".html")


def draw(
    workspace: WorkspaceFolder,
    indicator_id: Annotated[
        str, typer.Argument(metavar="INDICATOR", help="指標の番号 / id, e.g. supermarket_within_800m")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help=".png .svg .html")],
    mode: Annotated[
        str, typer.Option(help="移動手段（なければ徒歩の道のりなど通常のもの） / mode; the usual one without it")
    ] = "",
    group: Annotated[str, typer.Option(help="年齢区分 / age group: total, 65_plus, 75_plus …")] = "",
    region: RegionCodes = "",
    *,
    places: Annotated[
        bool, typer.Option("--places", help="地点ごとの結果を重ねる / lay the result of each place over it")
    ] = False,
    layers: Annotated[
        str,
        typer.Option(
            metavar="ID[:KIND…][~%],…",
            help="重ねるレイヤー（.html のみ、下から順） / layers to lay over it, bottom to top (.html only), "
            "e.g. base,zones:residential~80,stops",
        ),
    ] = "",
    scheme: Annotated[str, typer.Option(help="階級 / classes: fixed, quantile, equal, natural")] = "fixed",
    lang: Annotated[str, typer.Option(help="言語 / language: ja, en")] = "ja",
    width: Annotated[
        float, typer.Option(min=60.0, max=1200.0, help="紙の上の幅（mm） / width on paper, mm (.png .svg)")
    ] = 174.0,
    scenario: Annotated[Path | None, typer.Option(help="シナリオの後の値 / the values after a scenario: .toml")] = None,
) -> None:
    """1つの指標の地図を、凡例・縮尺・方位・出典とともに書き出す / the map of an indicator with legend, scale, north and sources."""
    import explorer
    from explorer.figures.indicator_map import indicator_map
    from explorer.maps.classes import Scheme
    from explorer.written import beside

    ending = out.suffix.lower()
    if ending not in _ENDINGS:
        raise BadOption(f"--out {out}: {'、'.join(_ENDINGS)} のどれかで書けます。 / Give one of {', '.join(_ENDINGS)}.")
    if lang not in {"ja", "en"}:
        raise BadOption(f"--lang {lang}: ja か en を指定してください。 / Give ja or en.")
    if layers and ending != ".html":
        raise BadOption("--layers は .html の地図で使えます。 / --layers works with maps in .html.")
    opened = explorer.open(workspace)
    shown = _layers(opened.workspace, layers) if layers else []
    asked = region_in(region)
    chosen = opened.region(asked) if asked is not None else None
    made = indicator_map(
        opened,
        indicator_id,
        mode=mode or None,
        group=group or None,
        codes=chosen.codes if chosen is not None else (),
        area=chosen.title if chosen is not None else "",
        language="en" if lang == "en" else "ja",
        scheme=cast("Scheme", scheme),
        shows_places=places,
        scenario=opened.scenario(scenario) if scenario is not None else None,
    )
    if ending == ".html":
        content = made.html(shown)
    else:
        picture = made.picture(width_mm=width)
        content = picture.svg() if ending == ".svg" else picture.png()
    with beside(out) as file:
        file.write_bytes(content)
    typer.echo(f"{out}（{len(content) / 1e6:,.1f} MB）")


def _layers(workspace: Workspace, text: str) -> list[tuple[Overlay, float]]:
    """The layers asked for.

    Raises
    ------
    BadOption
        There is no such layer, or the workspace cannot show it; the message says which there are, or why.
    """
    from explorer.maps.layer_choice import by_switch, chosen_layers, parsed, wanted_of
    from explorer.maps.overlays import overlays_of

    known = overlays_of(workspace)
    by_id = by_switch(known)
    wanted = wanted_of(text)
    for identifier, _ in wanted:
        switch, kinds = parsed(identifier)
        parts = by_id.get(switch)
        if parts is None:
            names = "、".join(by_id)
            raise BadOption(
                f"--layers {switch}: ありません。{names} から選べます。 / No such layer. Choose from {names}."
            )
        if parts[0].reason is not None and all(part.reason for part in parts):
            ja, en = parts[0].reason
            raise BadOption(f"--layers {switch}: {ja} / {en}")
        there = [kind.chosen_as for part in parts for kind in part.kinds]
        unknown = [kind for kind in kinds if kind not in there]
        if unknown:
            names = "、".join(dict.fromkeys(there))
            raise BadOption(
                f"--layers {switch}:{unknown[0]}: この種類はありません（{names}）。 / No such kind ({names})."
            )
    return chosen_layers(known, wanted)


def add_to(cli: typer.Typer) -> None:
    """Make it a command of the program."""
    cli.command("map")(draw)
