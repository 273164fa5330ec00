// The layers that lie over (or, as a base, under) the colours of the municipalities: each in a pane of its own, so that
// order and opacity are a matter of style and nobody else is drawn again. Files are fetched once.
"use strict";

const Layers = (function () {
  const BELOW = 260; // first level under the colours (350); see Ground for the others
  const ABOVE = 400;
  const STEP = 4; // room for the borders between two layers
  const MOST_FILES = 40;
  const AREA_LIKE = new Set(["picture", "polygons"]);
  const shown = new Map(); // id → holder
  const files = new Map(); // address → promise of its content
  let panes = 0;

  function contentOf(spec) {
    if (spec.data) return Promise.resolve(spec.data);
    if (spec.kind === "picture") return Promise.resolve(null);
    if (!files.has(spec.url)) {
      files.set(spec.url, Ground.fetchJson(spec.url).catch((error) => {
        files.delete(spec.url); // asked for again when the page draws next
        throw error;
      }));
      if (files.size > MOST_FILES) files.delete(files.keys().next().value);
    }
    return files.get(spec.url);
  }

  function keyOf(spec) {
    return JSON.stringify([spec.kind, spec.url || null, spec.data || null, spec.bounds || null]);
  }

  function makeHolder(id) {
    panes += 1;
    const name = "layer-" + panes;
    const pane = Ground.map.createPane(name);
    pane.style.pointerEvents = "none";
    pane.dataset.layer = id;
    return { id: id, paneName: name, pane: pane, key: null, body: null, spec: null, ready: null };
  }

  // The old content stays until the new is there.
  async function fill(holder) {
    const key = holder.key;
    try {
      const spec = holder.spec;
      const body = await LayerKinds[spec.kind](spec, await contentOf(spec));
      if (shown.get(holder.id) !== holder || holder.key !== key) return;
      const before = holder.body;
      holder.body = body;
      body.spec = holder.spec; // its look may have changed meanwhile
      body.add(Ground.map, holder.paneName);
      if (before) before.remove();
      Messages.drop(holder.id);
    } catch (error) {
      if (shown.get(holder.id) !== holder || holder.key !== key) return;
      if (holder.body) holder.body.remove();
      holder.body = null;
      holder.key = null;
      Messages.tell(holder.id, failure(holder.spec));
    }
  }

  function failure(spec) {
    const words = spec.words || {};
    const sentence = words.layer_failed || Ground.word("layer_failed");
    return sentence.replace("{name}", () => words.name || spec.name || spec.id);
  }

  function update(spec) {
    const holder = shown.get(spec.id) || makeHolder(spec.id);
    shown.delete(spec.id); // so that the map's order is the order of the list
    shown.set(spec.id, holder);
    holder.spec = spec;
    const key = keyOf(spec);
    if (holder.key === key) {
      if (holder.body) holder.body.restyle(spec);
    } else {
      holder.key = key;
      holder.ready = fill(holder);
    }
    return holder;
  }

  function remove(holder) {
    shown.delete(holder.id);
    if (holder.body) holder.body.remove();
    holder.pane.remove();
    delete Ground.map.getPanes()[holder.paneName];
    Messages.drop(holder.id);
  }

  // Bottom to top as listed. Resolves when all are there or have failed.
  function show(wanted) {
    const ids = new Set(wanted.map((spec) => spec.id));
    [...shown.values()].filter((holder) => !ids.has(holder.id)).forEach(remove);
    const holders = wanted.map((spec) => update(Object.assign({ looks: {} }, spec)));
    let borders = ABOVE - STEP;
    holders.forEach((holder, index) => {
      const level = (holder.spec.below ? BELOW : ABOVE) + STEP * index;
      holder.pane.style.zIndex = level;
      holder.pane.style.opacity = holder.spec.opacity === undefined ? 1 : holder.spec.opacity;
      if (!holder.spec.below && AREA_LIKE.has(holder.spec.kind)) borders = level;
    });
    Ground.map.getPane("borders").style.zIndex = borders + 1; // over what covers areas, under points and lines
    Ground.map.getPane("chosen").style.zIndex = borders + 2;
    return Promise.all(holders.map((holder) => holder.ready));
  }

  // The topmost thing under the pointer: { lines, isArea }.
  function hit(at) {
    for (const holder of [...shown.values()].reverse()) {
      if (!holder.body || holder.spec.below) continue;
      const lines = holder.body.hit(at);
      if (lines) return { lines: lines, isArea: holder.spec.kind === "polygons" };
    }
    return null;
  }

  // The nearest point that has a name of its own for the page (`id`), within so many pixels.
  function site(at, reach) {
    let found = null;
    shown.forEach((holder) => {
      const near = holder.body && holder.body.site && holder.body.site(at, reach);
      if (near && (!found || near.apart <= found.apart)) found = near;
    });
    return found && found.id;
  }

  function redraw() {
    shown.forEach((holder) => holder.body && holder.body.redraw());
  }

  return { show, hit, site, redraw };
})();
