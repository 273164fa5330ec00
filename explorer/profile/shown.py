"""A profile as an object: made when it is first looked at, shown by notebooks, saved in any format."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.documents.blocks import Document
    from explorer.regions import Region
    from explorer.scenario_result import ScenarioResult
    from explorer.words import Language


@dataclass(frozen=True, repr=False)
class Profile:
    """The regional profile of a municipality or region.

    Parameters
    ----------
    region
        What it is about; of one member, that municipality.
    scenario
        Whose effect it tells.
    """

    region: Region
    language: Language = "ja"
    scenario: ScenarioResult | None = None

    @cached_property
    def document(self) -> Document:
        """Its blocks, with the numbers of the table of indicators and the pictures."""
        from explorer.profile.document import profile_document
        from explorer.region_file import SavedRegion

        region = self.region
        asked = SavedRegion(region.title, codes=region.codes) if region.title else region.codes
        return profile_document(region.opened, asked, self.language, scenario=self.scenario)

    def html(self) -> bytes:
        """A complete page that needs no network."""
        return self._bytes("html")

    def pdf(self) -> bytes:
        """A4, fonts embedded."""
        return self._bytes("pdf")

    def word(self) -> bytes:
        """For editing in Word (.docx)."""
        return self._bytes("docx")

    def save(self, path: Path | str) -> Path:
        """Write it in the format that the ending says: .pdf, .docx or .html.

        Raises
        ------
        UnknownDocumentFormat
            The ending is another.
        """
        from explorer.documents.written import write_document

        out = Path(path)
        write_document(self.document, out)
        return out

    def _bytes(self, form: str) -> bytes:
        from explorer.documents.written import document_bytes

        return document_bytes(self.document, form)

    def __repr__(self) -> str:
        return f"<Profile {', '.join(self.region.codes)} ({self.language})>"

    def _repr_html_(self) -> str:
        """For notebooks."""
        from explorer.documents.html import html_of

        return html_of(self.document, standalone=False).decode("utf-8")
