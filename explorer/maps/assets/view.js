// Where the map looks: the whole study area, a wanted part of it, nothing of it under the legend. Views are tried on paper,
// so that the map moves once.
"use strict";

const View = (function () {
  let isMoved = false; // by the user, or by the page's wish
  let refit = null; // what to do again should the frame get another size before anybody moves the map
  let focus = null;

  function legendBox() {
    const box = Legend.box();
    const size = Ground.map.getSize();
    return { width: Math.min(box.offsetWidth + 14, size.x * 0.5), height: Math.min(box.offsetHeight + 14, size.y * 0.6) };
  }

  function view(bounds, right, bottom, options) {
    // Leaflet's own reckoning, which fitBounds uses
    return Ground.map._getBoundsCenterZoom(bounds, Object.assign({ paddingBottomRight: [right, bottom] }, options));
  }

  function isUnderLegend(outline, seen) {
    const map = Ground.map;
    const size = map.getSize();
    const box = Legend.box();
    const scale = 2 ** seen.zoom;
    const middle = map.project(seen.center, seen.zoom);
    const left = size.x - box.offsetWidth - 18 + middle.x - size.x / 2;
    const top = size.y - box.offsetHeight - 34 + middle.y - size.y / 2;
    return outline.some(([x, y]) => x * scale > left && y * scale > top);
  }

  function go(seen) {
    Ground.map.setView(seen.center, seen.zoom, { animate: false });
  }

  // The whole study area as large as it goes with no part of it under the legend.
  function showAll() {
    const bounds = Areas.bounds();
    if (!bounds) return Ground.showJapan();
    const { width } = legendBox();
    let seen = null;
    for (const share of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
      seen = view(bounds, 8 + width * share, 24, { paddingTopLeft: [8, 8] });
      if (!isUnderLegend(Areas.outline(), seen)) break;
    }
    go(seen);
  }

  // So that what changed is seen: only where it would otherwise be a dot, or out of sight.
  function focusOn(wanted) {
    if (!wanted || focus === wanted.key) return;
    focus = wanted.key;
    const map = Ground.map;
    const [south, west, north, east] = wanted.bounds;
    const bounds = L.latLngBounds([south, west], [north, east]);
    const size = map.latLngToContainerPoint(bounds.getNorthEast()).distanceTo(map.latLngToContainerPoint(bounds.getSouthWest()));
    if (!wanted.always && size > 0.2 * map.getSize().y && map.getBounds().contains(bounds)) return;
    isMoved = true;
    refit = wanted.clear ? () => fitClear(bounds) : null;
    if (refit) return refit();
    go(view(bounds, 150, 30, { maxZoom: 13.5, paddingTopLeft: [30, 30] }));
  }

  // The members of a region as large as they go, none of them under the legend.
  function fitClear(bounds) {
    const outline = Areas.outlineOf(Ground.args.members || []);
    const { width, height } = legendBox();
    const shares = [0, 0.2, 0.4, 0.6, 0.8, 1];
    const edges = [...shares.map((share) => [width * share, 0]), ...shares.map((share) => [0, height * share])];
    const fit = ([right, bottom]) => view(bounds, 10 + right, 26 + bottom, { maxZoom: 13.5, paddingTopLeft: [10, 10] });
    const clear = edges.map(fit).filter((seen) => !isUnderLegend(outline, seen));
    go(clear.length ? clear.reduce((best, seen) => (seen.zoom > best.zoom ? seen : best)) : fit([width, 0]));
  }

  return {
    showAll, focusOn,
    start() {
      isMoved = false;
      refit = null;
      Ground.map.invalidateSize({ animate: false, pan: false });
      showAll();
    },
    hold() {
      isMoved = true;
      refit = null;
    },
    resized() {
      Ground.map.invalidateSize({ animate: false });
      if (refit) refit();
      else if (!isMoved && Areas.bounds()) showAll();
    },
  };
})();
