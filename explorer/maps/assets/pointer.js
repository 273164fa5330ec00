// Pointer and keys: what lies under the pointer is told in plain text, a click chooses the municipality under it.
"use strict";

const Pointer = (function () {
  const REACH = 11; // pixels: about a finger beside a small circle
  let clicks = 0;
  let tooltip = null;
  let isElsewhere = false; // over something of Leaflet's that tells itself
  let latest = null;
  let frame = 0;

  function report(value) {
    clicks += 1;
    Page.report(Object.assign({ click: clicks }, value));
  }

  // The topmost thing; where it covers areas (a zone, a flood), the municipality as well.
  function linesAt(at) {
    const found = Layers.hit(at);
    const area = Areas.hit(at);
    if (found && !(found.isArea && area)) return { lines: found.lines, area: area };
    if (!area) return { lines: null, area: null };
    return { lines: [...(found ? found.lines : []), ...Areas.describe(area)], area: area };
  }

  function show(position, lines) {
    if (!lines) return hide();
    tooltip.setLatLng(position).setContent(tip(lines));
    if (!Ground.map.hasLayer(tooltip)) tooltip.addTo(Ground.map);
  }

  function hide() {
    tooltip.remove();
  }

  function follow() {
    frame = 0;
    if (!latest || !Ground.args) return;
    const { lines, area } = isElsewhere ? { lines: null, area: null } : linesAt(Ground.at(latest));
    show(latest, lines);
    Ground.map.getContainer().classList.toggle("is-over-area", Boolean(area) || Boolean(Ground.args.picks));
    Sync.point(latest);
  }

  function moved(event) {
    const isOnControl = event.target.closest(".leaflet-control");
    latest = isOnControl || event.buttons ? null : Ground.map.mouseEventToLatLng(event);
    if (!latest) left();
    else frame = frame || requestAnimationFrame(follow);
  }

  function left() {
    latest = null;
    hide();
    Sync.point(null);
  }

  function clicked(position) {
    const args = Ground.args;
    if (!args) return;
    const at = Ground.at(position);
    const { lat, lng: lon } = position.wrap();
    if (args.picks) {
      const site = Layers.site(at, REACH);
      return report(Object.assign({ lat: lat, lon: lon }, site === null ? null : { site: site }));
    }
    const area = Areas.hit(at);
    if (args.reports_position) report({ lat: lat, lon: lon, code: area ? area.code : null });
    else if (area) report({ code: area.code });
    if (area) Areas.select(area.code, { isSeen: false }); // at once; the page's answer follows
  }

  // Arrow keys and + − are Leaflet's. Enter chooses what lies under the cross in the middle; it is told, to the eye and to
  // screen readers, whenever the map comes to rest.
  function useKeys(container) {
    const byKeys = (isByKeys) => container.classList.toggle("is-by-keys", isByKeys);
    container.addEventListener("focus", () => byKeys(container.matches(":focus-visible")));
    ["blur", "pointerdown"].forEach((name) => container.addEventListener(name, () => {
      byKeys(false);
      hide();
    }));
    container.addEventListener("keydown", (event) => {
      if (event.target !== container) return;
      byKeys(true);
      if (event.key === "Enter") clicked(Ground.map.getCenter());
    });
    Ground.map.on("moveend", () => {
      if (!container.classList.contains("is-by-keys") || !Ground.args) return;
      const middle = Ground.map.getCenter();
      const { lines } = linesAt(Ground.at(middle));
      show(middle, lines);
      Messages.say((lines || []).filter(Boolean).join(" "));
    });
  }

  return {
    report, linesAt,
    make() {
      const container = Ground.map.getContainer();
      tooltip = L.tooltip({ direction: "auto", opacity: 0.97, interactive: false });
      container.addEventListener("mousemove", moved, { passive: true });
      container.addEventListener("mouseleave", left);
      Ground.map.on("movestart zoomstart", hide);
      Ground.map.on("click", (event) => clicked(event.latlng));
      useKeys(container);
    },
    yield(isOver) {
      isElsewhere = isOver;
      if (isOver) hide();
    },
  };
})();
