// The municipalities: land, their colours, their borders, the chosen one and the members of a region. Shapes are fetched
// once; a change of colours draws one canvas anew, a choice another one.
"use strict";

const Areas = (function () {
  const MEMBER = "#0b3d6e";
  const SELECTED = "#d7301f";
  let url = null;
  let ready = null;
  let items = [];
  let inside = [];
  let byCode = new Map();
  let bounds = null;
  let outline = []; // a few thousand points of the borders, world coordinates: enough to see what lies under the legend
  let painted = ""; // what the colours on the canvas were drawn from
  let selected = null;
  let members = [];
  const canvases = {};

  function make() {
    Object.entries({ land: drawLand, fills: drawFills, borders: drawBorders, chosen: drawChosen }).forEach(([pane, draw]) => {
      canvases[pane] = new CanvasLayer(pane, draw).addTo(Ground.map);
    });
  }

  // True where the shapes are new, so that the view has to follow.
  async function load(wanted) {
    if (url !== wanted) {
      url = wanted;
      ready = read(wanted);
    }
    try {
      return await ready; // the page may ask again before the first shapes have come
    } catch (error) {
      url = null;
      throw error;
    }
  }

  async function read(wanted) {
    const shapes = await Ground.fetchJson(wanted);
    if (url !== wanted) return;
    items = shapes.features.map((feature) => {
      const { type, coordinates } = feature.geometry;
      const polygons = type === "Polygon" ? [coordinates] : coordinates;
      const rings = polygons.flat().map((positions) => Geometry.ring(positions, true));
      const isInside = feature.properties.inside === 1;
      return { code: String(feature.id), name: feature.properties.name, isInside: isInside, rings: rings, box: Geometry.boxOf(rings) };
    });
    inside = items.filter((item) => item.isInside);
    byCode = new Map(inside.map((item) => [item.code, item]));
    outline = sample(inside, 3000);
    painted = paint(Ground.args);
    const box = shapes.bbox;
    bounds = box ? L.latLngBounds([box[1], box[0]], [box[3], box[2]]) : null;
    View.start(); // draws all canvases
  }

  function sample(chosen, most) {
    const count = chosen.reduce((sum, item) => sum + item.rings.reduce((points, flat) => points + flat.length / 2, 0), 0);
    const step = Math.max(1, Math.floor(count / most));
    const points = [];
    let number = 0;
    chosen.forEach((item) => item.rings.forEach((flat) => {
      for (let at = 0; at < flat.length; at += 2) {
        if (number % step === 0) points.push([flat[at], flat[at + 1]]);
        number += 1;
      }
    }));
    return points;
  }

  function trace(context, item, view) {
    context.beginPath();
    Geometry.traceRings(context, item.rings, view);
  }

  function drawLand(context, view) {
    context.fillStyle = context.strokeStyle = Ground.colour("land");
    context.lineWidth = 1; // closes the hair between neighbours
    items.filter((item) => Geometry.isInView(item.box, view)).forEach((item) => {
      trace(context, item, view);
      context.fill("evenodd");
      context.stroke();
    });
  }

  function drawFills(context, view) {
    const args = Ground.args;
    inside.forEach((item) => {
      const colour = args && args.fills[item.code];
      if (colour === undefined || colour === null || !Geometry.isInView(item.box, view)) return;
      trace(context, item, view);
      context.fillStyle = args.palette[colour];
      context.fill("evenodd");
    });
  }

  // Thin where the whole country is seen: borders must not hide the colours.
  function drawBorders(context, view) {
    const thinned = view.zoom < 6.5 ? 0.3 : view.zoom < 8 ? 0.6 : 1;
    context.lineJoin = "round";
    [[false, "border-around", 0.6], [true, "border", 0.9]].forEach(([isInside, colour, width]) => {
      context.strokeStyle = Ground.colour(colour);
      context.lineWidth = width * thinned;
      items.filter((item) => item.isInside === isInside && Geometry.isInView(item.box, view)).forEach((item) => {
        trace(context, item, view);
        context.stroke();
      });
    });
  }

  function drawChosen(context, view) {
    context.lineJoin = "round";
    const draw = (code, colour, width) => {
      const item = byCode.get(code);
      if (!item || !Geometry.isInView(item.box, view, width)) return;
      trace(context, item, view);
      [["#ffffff", width + 2], [colour, width]].forEach(([paint, weight]) => { // seen on dark ground and dark colours too
        context.strokeStyle = paint;
        context.lineWidth = weight;
        context.stroke();
      });
    };
    members.forEach((code) => draw(code, MEMBER, 2.6));
    draw(selected, SELECTED, 3);
  }

  // One canvas, and only where a colour differs; the opacity is the pane's.
  function colour(args) {
    Ground.map.getPane("fills").style.opacity = args.opacity;
    const now = paint(args);
    if (now !== painted) canvases.fills.redraw();
    painted = now;
  }

  function paint(args) {
    return JSON.stringify([args.fills, args.palette]);
  }

  // The municipalities of a region: a strong outline, above their neighbours' borders.
  function markMembers(codes) {
    if (codes.length === members.length && codes.every((code, index) => code === members[index])) return;
    members = codes;
    canvases.chosen.redraw();
  }

  function select(code, { isSeen = true } = {}) {
    const isOther = code !== selected;
    selected = code || null;
    document.body.dataset.selected = code || "";
    if (isOther) canvases.chosen.redraw();
    const item = byCode.get(code);
    if (!item || !isOther || !isSeen) return;
    const box = L.latLngBounds(Ground.position(item.box.slice(0, 2)), Ground.position(item.box.slice(2)));
    if (!Ground.map.getBounds().intersects(box)) Ground.map.panTo(box.getCenter(), { animate: !Ground.isCalm });
  }

  function hit(at) {
    return inside.find((item) => Geometry.contains(item, at.x, at.y)) || null;
  }

  function describe(item) {
    return [`${item.name} (${item.code})`, (Ground.args.labels || {})[item.code]];
  }

  return {
    make, load, colour, markMembers, select, hit, describe,
    redraw: () => Object.values(canvases).forEach((canvas) => canvas.redraw()),
    bounds: () => bounds,
    outline: () => outline,
    outlineOf: (codes) => sample(codes.map((code) => byCode.get(code)).filter(Boolean), 2000),
  };
})();
