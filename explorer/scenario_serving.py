"""Who may use which site once services are restricted to their own people, or shared with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer import scenario_edits as edits
from explorer.live_sites import STOP_CATEGORIES, categories_of

if TYPE_CHECKING:
    from explorer.scenario_findings import Findings


def serving_of(findings: Findings) -> dict[str | int, list[str]]:
    """Site (id, or position among the new ones) → municipalities whose people may use it, once all other edits are known.

    Raises
    ------
    ScenarioError
        An edit names what is not here, a stop, or a site that another closes; or edits contradict each other.
    """
    numbered = list(enumerate(findings.scenario.edits))
    restricting = [(number, edit) for number, edit in numbered if isinstance(edit, edits.Restrict)]
    sharing = [(number, edit) for number, edit in numbered if isinstance(edit, edits.Share)]
    allowed: dict[str | int, set[str] | None] = {}  # None: everybody
    for number, edit in restricting:
        owned = _owned(findings, number, edit.service, edit.sites)
        allowed |= {site: {own} for site, own in owned.items()}
        outside = sum(own not in findings.ground.live.area_codes for own in owned.values())
        if outside:
            findings.notes.append(
                (
                    f"対象地域の外にある施設 {outside} か所は、対象地域の人は使えないことになります",
                    f"{outside} sites outside the study area serve nobody in it then",
                )
            )
        findings.once(number, ("restrict", edit.service, edit.sites), edit.about or "restrict")
    # Those shared with everybody come last: they hold, whatever else is said of the same sites.
    for number, share in sorted(sharing, key=lambda each: not each[1].municipalities):
        findings.once(number, ("share", share.service, share.sites), share.about or "share")
        _not_both(findings, number, share)
        unknown = [code for code in share.municipalities if code not in findings.ground.name_of]
        if unknown:
            findings.wrong(
                number,
                f"市区町村 {'、'.join(unknown)} はこのワークスペースにありません",
                f"not in this workspace: {', '.join(unknown)}",
            )
        for site in _owned(findings, number, share.service, share.sites):
            now = allowed.get(site)
            if not share.municipalities:
                allowed.pop(site, None)
            elif now is not None:
                allowed[site] = now | set(share.municipalities)
    return {site: sorted(codes) for site, codes in allowed.items() if codes is not None}


def _not_both(findings: Findings, number: int, share: edits.Share) -> None:
    """Refuse to restrict the very same sites that are shared with everybody."""
    for other, edit in enumerate(findings.scenario.edits):
        is_same = isinstance(edit, edits.Restrict) and (edit.service, set(edit.sites)) == (
            share.service,
            set(share.sites),
        )
        if is_same and not share.municipalities:
            findings.contradicts(number, other, share.service or "、".join(share.sites))


def _owned(findings: Findings, number: int, service: str, sites: tuple[str, ...]) -> dict[str | int, str]:
    """The sites that an edit is about, and the municipality of each; those that close are left out of a service."""
    ground = findings.ground
    found: dict[str | int, str] = {}
    if service:
        if service not in ground.sites.members or service in STOP_CATEGORIES:
            known = [name for name in ground.sites.members if name not in STOP_CATEGORIES]
            findings.wrong(
                number,
                f"サービス {service} の施設はこのワークスペースにありません（駅・バス停は誰でも使えるものとします）。"
                f"あるもの: {'、'.join(known)}",
                f"no facility of the service {service} here (stations and stops serve everybody); "
                f"known: {', '.join(known)}",
            )
        shut = set(ground.sites.rows(findings.closed).tolist()) if findings.closed else set()
        rows = np.array([row for row in ground.sites.members[service].tolist() if row not in shut], dtype=np.int64)
        staying = [row for row in rows.tolist() if ground.sites.ids[row] not in findings.moved]
        found |= dict(zip(ground.sites.ids[staying], ground.own_codes(np.array(staying, np.int64)), strict=True))
        moving = [str(ground.sites.ids[row]) for row in rows.tolist() if ground.sites.ids[row] in findings.moved]
        found |= dict(zip(moving, ground.codes_at(findings.moved[name] for name in moving), strict=True))
        new = [position for position, (kind, _, _) in enumerate(findings.new) if service in categories_of(kind)]
        found |= dict(zip(new, ground.codes_at(findings.new[position][1:] for position in new), strict=True))
        return found
    for site in sites:
        if site in findings.called:
            position = findings.called[site]
            found[position] = ground.codes_at([findings.new[position][1:]])[0]
            continue
        rows = findings.rows(number, site)
        if rows[0] >= ground.facility_count:
            findings.wrong(
                number, f"{site} は駅・バス停で、誰でも使えるものとします", f"{site} is a stop: it serves everybody"
            )
        if site in findings.closed:
            findings.contradicts(number, findings.taken["site", int(rows[0])], site)
        at = findings.moved.get(site, (float(ground.sites.lon[rows[0]]), float(ground.sites.lat[rows[0]])))
        found[site] = ground.codes_at([at])[0]
        findings.placed(number, findings.scenario.edits[number], site, rows)
    return found
