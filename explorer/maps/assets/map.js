// The map frame of the app. Speaks Streamlit's component protocol (version 1) directly: no library, no network.
// Shapes, point lists and place pictures come from files that are fetched once; a change of indicator only sends
// one colour number per municipality.
"use strict";

(function () {
  const OUTLINE = "#4a5560";
  const SELECTED = "#d7301f";
  const SURROUNDING = "#f7f8f9"; // land around the study area; the page behind it is water
  const BASE_MAPS = {
    gsi: { url: "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png", maxNativeZoom: 18 },
    osm: { url: "https://tile.openstreetmap.org/{z}/{x}/{y}.png", maxNativeZoom: 19 },
  };
  const state = { args: null, shapesUrl: null, areas: new Map(), layers: {}, selected: null, clicks: 0 };
  let map, fillCanvas, topCanvas, legend, scale, zoom;

  function send(type, values) {
    window.parent.postMessage(Object.assign({ isStreamlitMessage: true, type: type }, values), "*");
  }

  function report(value) {
    send("streamlit:setComponentValue", { value: value, dataType: "json" });
  }

  // Tall enough to be useful, never taller than the window leaves room for.
  function frameHeight(wanted) {
    let room = wanted;
    try {
      room = window.parent.innerHeight - 210;
    } catch (error) {
      // another origin: keep the height that the page asked for
    }
    return Math.max(400, Math.min(760, room));
  }

  function makeMap() {
    map = L.map("map", { preferCanvas: true, zoomControl: false, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: 4, maxZoom: 18 });
    map.attributionControl.setPrefix(false);
    window.explorerMap = map; // for the browser tests, which ask where a place is on the screen
    // Bottom to top: base map, fills, place picture, then borders and points on one canvas that takes the clicks.
    [["fills", 350], ["places", 380], ["top", 420]].forEach(([name, level]) => {
      map.createPane(name).style.zIndex = level;
    });
    map.getPane("fills").style.pointerEvents = "none";
    map.getPane("places").style.pointerEvents = "none";
    fillCanvas = L.canvas({ pane: "fills", padding: 0.3 });
    topCanvas = L.canvas({ pane: "top", padding: 0.3, tolerance: 3 });
    scale = L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    legend = L.control({ position: "bottomright" });
    legend.onAdd = () => {
      const box = L.DomUtil.create("div", "legend");
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    legend.addTo(map);
    map.on("zoomend", resizePoints);
  }

  function addZoom(words) {
    if (zoom) zoom.remove();
    zoom = L.control.zoom({ position: "topleft", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    const all = L.DomUtil.create("a", "zoom-all", zoom.getContainer());
    all.href = "#";
    all.title = words.zoom_all;
    all.setAttribute("role", "button");
    all.setAttribute("aria-label", words.zoom_all);
    all.textContent = "⤢";
    L.DomEvent.on(all, "click", (event) => {
      L.DomEvent.stop(event);
      showAll();
    });
  }

  // The whole study area as large as it goes with no part of it under the legend.
  function showAll() {
    if (!state.bounds) return;
    const size = map.getSize();
    const widest = Math.min(legend.getContainer().offsetWidth + 14, size.x * 0.5);
    for (const share of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
      map.fitBounds(state.bounds, { paddingTopLeft: [8, 8], paddingBottomRight: [8 + widest * share, 24], animate: false });
      if (!isUnderLegend(size)) return;
    }
  }

  function isUnderLegend(size) {
    const box = legend.getContainer();
    const left = size.x - box.offsetWidth - 18;
    const top = size.y - box.offsetHeight - 34;
    return state.outline.some((at) => {
      const point = map.latLngToContainerPoint(at);
      return point.x > left && point.y > top;
    });
  }

  // A few thousand points of the borders are enough to tell.
  function sampledOutline(shapes) {
    const points = [];
    const walk = (part) => (typeof part[0] === "number" ? points.push([part[1], part[0]]) : part.forEach(walk));
    shapes.features.forEach((feature) => feature.properties.inside === 1 && walk(feature.geometry.coordinates));
    const step = Math.max(1, Math.floor(points.length / 3000));
    return points.filter((point, index) => index % step === 0);
  }

  // A tooltip from plain text only: a name with markup in it is shown, never run.
  function tip(lines) {
    const box = document.createElement("div");
    lines.filter(Boolean).forEach((line, index) => {
      const row = document.createElement("div");
      row.className = index === 0 ? "tip-name" : "tip-value";
      row.textContent = line;
      box.appendChild(row);
    });
    return box;
  }

  async function fetchJson(url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(url + ": " + answer.status);
    return answer.json();
  }

  async function loadShapes(url) {
    const shapes = await fetchJson(url);
    if (state.shapesUrl !== url) return;
    ["fills", "borders"].forEach((name) => state.layers[name] && state.layers[name].remove());
    state.areas.clear();
    state.layers.fills = L.geoJSON(shapes, {
      renderer: fillCanvas, pane: "fills", interactive: false, style: { stroke: false, fill: false },
      onEachFeature: (feature, layer) =>
        feature.properties.inside === 1
          ? remember(feature.id, { fill: layer })
          : layer.setStyle({ fill: true, fillColor: SURROUNDING, fillOpacity: state.hasBase ? 0 : 1 }),
    }).addTo(map);
    state.layers.borders = L.geoJSON(shapes, {
      renderer: topCanvas, pane: "top",
      style: (feature) => borderStyle(feature.properties.inside === 1, false),
      onEachFeature: (feature, layer) => {
        if (feature.properties.inside !== 1) {
          layer.options.interactive = false;
          return;
        }
        remember(feature.id, { border: layer, name: feature.properties.name });
        layer.bindTooltip(() => areaTip(feature.id), { sticky: true, direction: "auto", opacity: 0.97 });
        layer.on("click", () => choose(feature.id));
      },
    }).addTo(map);
    const box = shapes.bbox;
    state.outline = sampledOutline(shapes);
    state.bounds = box && L.latLngBounds([box[1], box[0]], [box[3], box[2]]);
    state.moved = false;
    map.invalidateSize();
    showAll();
  }

  function remember(code, parts) {
    state.areas.set(code, Object.assign(state.areas.get(code) || {}, parts));
  }

  function borderStyle(isInside, isSelected) {
    if (isSelected) return { color: SELECTED, weight: 3, opacity: 1, fill: true, fillOpacity: 0 };
    if (!isInside) return { color: "#b4bec8", weight: 0.6, opacity: 1, fill: false };
    return { color: OUTLINE, weight: 0.9, opacity: 0.9, fill: true, fillOpacity: 0 };
  }

  function areaTip(code) {
    const area = state.areas.get(code) || {};
    const label = (state.args.labels || {})[code];
    return tip([`${area.name} (${code})`, label]);
  }

  function choose(code) {
    state.clicks += 1;
    report({ code: code, click: state.clicks });
    markSelected(code); // at once; the page's answer follows
  }

  function markSelected(code) {
    const before = state.areas.get(state.selected);
    if (before && before.border) before.border.setStyle(borderStyle(true, false));
    state.selected = code;
    document.body.dataset.selected = code || "";
    const now = state.areas.get(code);
    if (!now || !now.border) return;
    now.border.setStyle(borderStyle(true, true));
    now.border.bringToFront();
    raisePoints();
    if (!map.getBounds().intersects(now.border.getBounds())) map.panTo(now.border.getBounds().getCenter());
  }

  function colourAreas(args) {
    state.areas.forEach((area, code) => {
      if (!area.fill) return;
      const colour = args.fills[code];
      area.fill.setStyle(
        colour === undefined ? { fill: false } : { fill: true, fillColor: args.palette[colour], fillOpacity: args.opacity }
      );
    });
  }

  function showPlaces(args) {
    const places = args.places;
    const wanted = places && places.url;
    if (state.layers.placesUrl === wanted) {
      if (state.layers.places) state.layers.places.setOpacity(places.opacity);
      return;
    }
    if (state.layers.places) state.layers.places.remove();
    state.layers.placesUrl = wanted;
    state.layers.places = null;
    if (!places) return;
    const [south, west, north, east] = places.bounds;
    state.layers.places = L.imageOverlay(places.url, [[south, west], [north, east]], {
      pane: "places", opacity: places.opacity, className: "place-picture",
    }).addTo(map);
    state.layers.places.getElement().style.imageRendering = "pixelated";
  }

  async function showPoints(name, wanted) {
    const key = wanted ? wanted.url : null;
    const before = state.layers[name];
    if (before && before.key === key) {
      before.group.eachLayer((point) => (point.text = describe(before.data, point.row, wanted)));
      return;
    }
    if (before) before.group.remove();
    delete state.layers[name];
    if (!wanted) return;
    const group = L.featureGroup();
    const holder = (state.layers[name] = { key: key, group: group, data: null });
    const data = await fetchJson(wanted.url);
    if (state.layers[name] !== holder) return; // another choice came in between
    holder.data = data;
    for (let row = 0; row < data.lat.length; row += 1) {
      const look = wanted.looks[data.kinds[data.kind[row]]] || wanted.looks[""];
      const point = L.circleMarker([data.lat[row], data.lon[row]], {
        renderer: topCanvas, pane: "top", radius: pointRadius(look.radius), weight: 1, stroke: look.radius > 3,
        color: "#ffffff", opacity: 0.9, fillColor: look.colour, fillOpacity: pointOpacity(look.radius),
        bubblingMouseEvents: false,
      });
      point.on("click", (event) => chooseAt(event.latlng)); // a stop must not keep a town from being chosen
      point.baseRadius = look.radius;
      point.row = row;
      point.text = describe(data, row, wanted);
      point.bindTooltip((layer) => tip(layer.text), { direction: "top", opacity: 0.97 });
      group.addLayer(point);
    }
    group.addTo(map);
  }

  function describe(data, row, wanted) {
    const kind = data.kinds[data.kind[row]];
    const look = wanted.looks[kind] || wanted.looks[""];
    const extra = data.departures ? data.departures[row] : "";
    const count = extra === "" ? wanted.words.departures_unknown : wanted.words.departures.replace("{n}", extra);
    return [data.name[row] || look.label, data.name[row] ? look.label : "", data.departures && kind !== "rail" ? count : ""];
  }

  function pointRadius(base) {
    const level = map.getZoom();
    return base * (level < 9.5 ? 0.45 : level < 11 ? 0.65 : level < 13 ? 1 : 1.5);
  }

  // Thousands of stops over a whole prefecture show a pattern, not a carpet.
  function pointOpacity(base) {
    const level = map.getZoom();
    return base > 3 ? 0.95 : level < 9.5 ? 0.4 : level < 11 ? 0.6 : 0.85;
  }

  function chooseAt(position) {
    const at = map.latLngToLayerPoint(position);
    for (const [code, area] of state.areas) {
      // Leaflet's own test, the one that its canvas asks on a click
      if (area.border && area.border.getBounds().contains(position) && area.border._containsPoint(at)) return choose(code);
    }
  }

  function resizePoints() {
    ["stops", "facilities"].forEach((name) => {
      const holder = state.layers[name];
      if (holder) holder.group.eachLayer((point) =>
        point.setStyle({ radius: pointRadius(point.baseRadius), fillOpacity: pointOpacity(point.baseRadius) })
      );
    });
  }

  function raisePoints() {
    ["stops", "facilities"].forEach((name) => state.layers[name] && state.layers[name].group.bringToFront());
  }

  function showBase(args) {
    const name = args.base_map;
    if (state.layers.baseName === name) return;
    if (state.layers.base) state.layers.base.remove();
    state.layers.baseName = name;
    state.hasBase = Boolean(BASE_MAPS[name]);
    if (state.layers.fills) {
      state.layers.fills.eachLayer((layer) => {
        if (layer.feature.properties.inside !== 1) layer.setStyle({ fillOpacity: state.hasBase ? 0 : 1 });
      });
    }
    state.layers.base = null;
    if (!BASE_MAPS[name]) return;
    const base = BASE_MAPS[name];
    state.layers.base = L.tileLayer(base.url, { maxZoom: 18, maxNativeZoom: base.maxNativeZoom }).addTo(map);
  }

  function showCredit(text) {
    if (state.credit) map.attributionControl.removeAttribution(state.credit);
    state.credit = L.Util.template("{text}", { text: escapeText(text) });
    map.attributionControl.addAttribution(state.credit);
  }

  function escapeText(text) {
    const box = document.createElement("span");
    box.textContent = text;
    return box.innerHTML;
  }

  async function render(args) {
    state.args = args;
    document.documentElement.lang = args.language;
    const failure = document.getElementById("failure");
    if (state.language !== args.language) addZoom(args.words);
    state.language = args.language;
    document.getElementById("map").setAttribute("aria-label", args.alt);
    legend.getContainer().innerHTML = args.legend; // escaped by the page, see explorer/maps/legend.py
    showCredit(args.credit);
    showBase(args);
    if (state.shapesUrl !== args.shapes) {
      state.shapesUrl = args.shapes;
      state.shapesReady = loadShapes(args.shapes);
    }
    try {
      await state.shapesReady; // the page may ask again before the first shapes have come
      failure.hidden = true;
    } catch (error) {
      failure.textContent = args.words.failed;
      failure.hidden = false;
      state.shapesUrl = null;
      reportDrawn();
      return;
    }
    if (state.args !== args) return; // asked for something newer meanwhile
    colourAreas(args);
    showPlaces(args);
    markSelected(args.selected);
    await Promise.all([showPoints("stops", args.stops), showPoints("facilities", args.facilities)]);
    raisePoints();
    document.body.dataset.drawn = args.stamp; // what the browser tests wait for
    reportDrawn();
  }

  // Once: the page then adds what it held back so that the map could come first.
  function reportDrawn() {
    if (state.reported) return;
    state.reported = true;
    report({ drawn: true });
  }

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !event.data || event.data.type !== "streamlit:render") return;
    const height = frameHeight(event.data.args.height);
    if (state.height !== height) {
      state.height = height;
      send("streamlit:setFrameHeight", { height: height });
    }
    render(event.data.args);
  });

  window.addEventListener("load", () => {
    makeMap();
    const frame = document.getElementById("map");
    ["pointerdown", "wheel", "keydown"].forEach((name) =>
      frame.addEventListener(name, () => (state.moved = true), { capture: true, passive: true })
    );
    new ResizeObserver(() => {
      map.invalidateSize();
      if (!state.moved) showAll();
    }).observe(frame);
    send("streamlit:componentReady", { apiVersion: 1 });
  });
})();
