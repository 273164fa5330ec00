"""Words that the map frame itself shows or tells to screen readers."""

from __future__ import annotations

from typing import Final

MAP_FRAME: Final[dict[str, tuple[str, str]]] = {
    "mf_legend": ("凡例", "Legend"),
    "mf_layer_failed": (
        "「{name}」を読み込めませんでした。地図のほかの部分はそのまま使えます。",
        "“{name}” could not be loaded. The rest of the map works as before.",
    ),
    "mf_keys": (
        "矢印キーで移動、+ と − で拡大・縮小、Enter で中央の十字の市区町村を選択します。検索欄と表からも同じことができます。",
        "Arrow keys move the map, + and − zoom, Enter chooses what is under the cross in the middle. The table does the same.",
    ),
}
