"""The report of the lines that are not used as they stand: where, why, what to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from explorer.words import Language, one_language, word
from geodata.line_problems import PROBLEMS

if TYPE_CHECKING:
    import pandas as pd

    from explorer.own_data.findings import Finding, Upload
    from geodata.notes import LineProblem


def problem_table(uploads: Sequence[Upload], language: Language) -> pd.DataFrame:
    """One row per line and reason, in the order of files and lines; refusals of whole files first, without a line."""
    import pandas as pd

    rows: list[tuple[str, object, str, str, str, str]] = []
    for upload in uploads:
        for each in upload.findings:
            if each.refusal:
                rows.append(
                    (each.file, None, one_language(each.refusal, language), "", "", word("dp_used_no", language))
                )
            for problem in each.problems:
                known = PROBLEMS[problem.what]
                reason, remedy = (known.ja, known.do_ja) if language == "ja" else (known.en, known.do_en)
                is_used = word("dp_used_yes" if known.is_used else "dp_used_no", language)
                rows.append((problem.file, problem.line, reason, remedy, _text(problem, language), is_used))
    names = ("dp_file", "dp_line", "dp_reason", "dp_remedy", "dp_found", "dp_used")
    table = pd.DataFrame(rows, columns=[word(name, language) for name in names])
    return table.astype({word("dp_line", language): "Int64"})


def lines_to_correct(uploads: Sequence[Upload], language: Language) -> pd.DataFrame:
    """:func:`problem_table` with every cell of the lines behind it, so that they can be corrected and added as they are.

    A heading that the report has too, or that a file has twice, gets a number.
    """
    table = problem_table(uploads, language)
    rows: dict[tuple[str, object], list[int]] = {}
    for row, place in enumerate(zip(table[word("dp_file", language)], table[word("dp_line", language)], strict=True)):
        rows.setdefault(place, []).append(row)
    taken = set(map(str, table.columns))
    added: dict[str, list[str]] = {}
    for finding in (each for upload in uploads for each in upload.findings):
        heads: list[str] = []
        for file, line, cells in finding.rows_as_given:
            if line == 0:
                heads = _told_apart(cells, taken)
                continue
            for head, cell in zip(heads, cells, strict=False):
                column = added.setdefault(head, [""] * len(table))
                for row in rows.get((file, line), ()):
                    column[row] = cell
    for head, column in added.items():
        table[head] = column
    return table


def _told_apart(heads: Sequence[str], taken: Collection[str]) -> list[str]:
    """Headings no two of which are the same."""
    found: list[str] = []
    for head in heads:
        number, name = 2, head
        while name in taken or name in found:
            number, name = number + 1, f"{head}_{number}"
        found.append(name)
    return found


def _text(problem: LineProblem, language: Language) -> str:
    """What stands there; only rows of which a reader says more have words of the program."""
    return one_language(problem.text, language) if problem.what == "bad_row" else problem.text


def summary_lines(finding: Finding, language: Language) -> list[str]:
    """What is wrong, with the number of lines, the most frequent first."""
    lines = []
    for what, count in sorted(finding.counts.items(), key=lambda pair: -pair[1]):
        known = PROBLEMS[what]
        reason, remedy = (known.ja, known.do_ja) if language == "ja" else (known.en, known.do_en)
        lines.append(word("dp_problem_line", language, n=f"{count:,}", reason=reason, remedy=remedy))
    return lines
