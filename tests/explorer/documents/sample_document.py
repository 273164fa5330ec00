"""A document with every kind of block and texts that try to be markup; run as a program it prints hashes of its files."""

from __future__ import annotations

import hashlib
import math
import sys

from explorer.documents.blocks import (
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Shown,
    Side,
    Table,
)
from explorer.documents.written import FORMATS, document_bytes
from explorer.figures.picture import Picture
from explorer.figures.style import font, new_figure

HOSTILE = '<script>alert(1)</script> #import "x" *a* _b_ $x$ `c` \\u{41} @z // <a> & {{ x }} #{1+1} =1+1'
RARE = "﨑・髙・辻\U000e0100・𠮷・≤"
ROWS = 150


def picture(width_mm: float = 174.0, height_mm: float = 60.0, text: str = "高﨑市") -> Picture:
    figure = new_figure(width_mm, height_mm)
    axes = figure.add_axes((0.1, 0.2, 0.8, 0.65))
    axes.plot([1, 2, 3], [3, 1, 2], marker="o")
    axes.set_title(text, fontproperties=font(9))
    axes.set_xticks([])
    axes.set_yticks([])
    return Picture(figure, alt=f"図の説明 {text}", credit="出典：架空")


def shown(text: str, value: float) -> Cell:
    return Cell(text, Shown("shop_500m", "10201", "total", "walk", value))


def sample() -> Document:
    rows = tuple(
        (
            Cell(f"町{n}（{10000 + n}）"),
            shown(f"{n / 7:.1f} %", n / 7),
            Cell(f"{n}位"),
            Cell("くわしい説明。" * (n % 7)),
        )
        for n in range(ROWS)
    )
    return Document(
        title=f"見本市（10201）の条件 {HOSTILE}",
        subtitle="架空の見本です。",
        name="profile-10201-ja",
        language="ja",
        foot="エクスプローラー 0.1.0 ・ 見本市",
        about=(("作業フォルダー", "見本"), ("版", "0.1.0" + "・長い説明" * 80)),
        banner="架空の見本 — 実在の地域ではありません。",
        blocks=(
            Paragraph("要約の文です。" * 12, "lead"),
            Facts(
                (
                    Fact("人口", shown("332,149 人", 332149.0), "35市町村中2位"),
                    Fact("店まで500 m以内の人", shown("データなし", math.nan)),
                    Fact(HOSTILE, Cell(HOSTILE), HOSTILE),
                    Fact("面積", Cell("311.6 km²")),
                    Fact("密度", Cell("1,066 人/km²")),
                )
            ),
            Heading("人口の章"),
            Paragraph("地の文です。" * 60),
            Paragraph("小さい注です。" * 20, "note"),
            Paragraph("気をつける文です。" * 9, "warning"),
            Heading(HOSTILE, 2),
            Paragraph(HOSTILE + "\n二行目の文\x00\u202e"),
            Figure(picture(text=HOSTILE.replace("$", "")), f"推移 {HOSTILE}", f"注 {HOSTILE}"),
            Heading("三段目", 3),
            Listing(("一つ目", "二つ目", HOSTILE)),
            Side((Figure(picture(84, 60), "左の図", "出典の行"), Figure(picture(84, 60, "右"), "右の図"))),
            Side(tuple(Figure(picture(70, 40, f"{n}"), f"小さな図{n}") for n in range(3))),
            Heading("表の章"),
            Table(
                "長い表",
                (Column("市町村", width=2), Column("割合", "right"), Column("順位", "right"), Column("説明", width=3)),
                rows,
                "表の注です。",
            ),
            Table("空の表", (Column("市町村"), Column("値", "right")), ()),
            Heading("珍しい文字の章"),
            Heading("段を飛ばした見出し", 3),
            Paragraph(RARE),
            Paragraph("とても長い語 " + "x" * 400 + " https://example.org/" + "a-long-path/" * 20),
            Figure(picture(300, 80, "広い図"), "紙より広い図"),
        ),
    )


def hashes() -> list[str]:
    return [hashlib.sha256(document_bytes(sample(), form)).hexdigest() for form in FORMATS]


if __name__ == "__main__":
    sys.stdout.write("\n".join(hashes()))
