// What all parts of the frame share: the map, its panes, the arguments of the page, the colours of the ground.
"use strict";

const Ground = (function () {
  // Bottom to top. Layers have panes of their own between them, see layers.js; markers and tooltips are above (600, 650).
  const PANES = { land: 240, fills: 350, borders: 397, chosen: 398, flows: 590, cross: 640 };
  const BASE_MAPS = {
    gsi: { url: "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png", maxNativeZoom: 18 },
    osm: { url: "https://tile.openstreetmap.org/{z}/{x}/{y}.png", maxNativeZoom: 19 },
  };
  const JAPAN = { centre: [36.5, 137.5], zoom: 5 }; // seen while, or where, there are no shapes
  const ground = { map: null, args: null, baseName: "none" };
  let tiles = null;

  ground.make = function () {
    const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map("map", {
      preferCanvas: true, zoomControl: false, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: 4, maxZoom: 18,
      zoomAnimation: !isCalm, fadeAnimation: !isCalm, markerZoomAnimation: !isCalm, inertia: !isCalm,
    });
    map.attributionControl.setPrefix(false);
    Object.entries(PANES).forEach(([name, level]) => {
      const pane = map.createPane(name);
      pane.style.zIndex = level;
      if (name !== "flows") pane.style.pointerEvents = "none";
    });
    ground.isCalm = isCalm;
    ground.map = map;
    window.explorerMap = map; // for the browser tests, which ask where a place is on the screen
    return map;
  };

  ground.showJapan = () => ground.map.setView(JAPAN.centre, JAPAN.zoom, { animate: false });

  // Words come with the arguments, in the language of the page.
  ground.word = (name) => ((ground.args && ground.args.words) || {})[name] || "";

  ground.fetchJson = async function (url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(url + ": " + answer.status);
    return answer.json();
  };

  // A colour of map.css, as it is in light or dark.
  ground.colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  // World coordinates of a position, with what is needed to tell pixels.
  ground.at = function (position) {
    const [x, y] = Geometry.world(position.lat, position.lng);
    const zoom = ground.map.getZoom();
    return { x: x, y: y, zoom: zoom, scale: 2 ** zoom };
  };

  ground.position = ([x, y]) => ground.map.unproject([x, y], 0);

  // Tiles from the internet, only where the user asks for them; the land of the frame itself gives way.
  ground.showBase = function (name) {
    if (ground.baseName === name) return;
    ground.baseName = name;
    if (tiles) tiles.remove();
    tiles = null;
    const base = BASE_MAPS[name];
    ground.map.getPane("land").style.display = base ? "none" : "";
    if (base) tiles = L.tileLayer(base.url, { maxZoom: 18, maxNativeZoom: base.maxNativeZoom }).addTo(ground.map);
  };

  return ground;
})();
