// The kinds of layers: points, lines, polygons, pictures. Each is made from its data once; another look only draws it anew.
// A body has add(map, pane), remove(), restyle(spec), redraw() and hit(at): plain text lines of what lies there, where `at`
// is { x, y } in world coordinates with the map's `zoom` and `scale`. Knows nothing of the frame: the saved map uses it too.
"use strict";

const LayerKinds = (function () {
  // The look of a kind of thing; `dark` holds what differs on a dark ground.
  function lookOf(spec, kind) {
    const look = spec.looks[kind] || spec.looks[""];
    return look && look.dark && Symbols.isDark() ? Object.assign({}, look, look.dark) : look;
  }

  // First look of the list on top, as it stands first in the legend.
  function kindsInOrder(kinds, looks) {
    const order = Object.keys(looks);
    const rank = (kind) => order.indexOf(looks[kind] ? kind : "");
    return kinds.map((kind, index) => index).sort((a, b) => rank(kinds[b]) - rank(kinds[a]));
  }

  function isShown(look, zoom) {
    return Boolean(look) && !(look.min_zoom > zoom);
  }

  // What canvas layers share: drawn again only where something that is seen has changed.
  function canvasBody(spec, draw, hit) {
    let canvas = null;
    const body = {
      spec: spec,
      add(map, pane) {
        canvas = new CanvasLayer(pane, (context, view) => draw(body.spec, context, view)).addTo(map);
      },
      remove() {
        if (canvas) canvas.remove();
        canvas = null;
      },
      restyle(wanted) {
        const isOther = JSON.stringify(wanted.looks) !== JSON.stringify(body.spec.looks);
        body.spec = wanted;
        if (isOther) body.redraw();
      },
      redraw() {
        if (canvas) canvas.redraw();
      },
      hit: (at) => hit(body.spec, at),
    };
    return body;
  }

  // The words of a point beside its name: a template per column of the file, `<column>_unknown` where it is empty.
  function describe(spec, data, row) {
    const kind = data.kinds[data.kind[row]];
    const look = lookOf(spec, kind);
    const words = spec.words || {};
    const lines = [data.name[row] || look.label, data.name[row] ? look.label : ""];
    Object.keys(words).filter((column) => column !== "name" && Array.isArray(data[column])).forEach((column) => {
      if (column === "departures" && kind === "rail") return; // timetables of trains are rarely complete
      const value = data[column][row];
      lines.push(value === "" || value === null ? words[column + "_unknown"] : words[column].replace("{n}", () => value));
    });
    return lines;
  }

  function points(spec, data) {
    const count = data.lat.length;
    const place = new Float64Array(2 * count);
    const rows = data.kinds.map(() => []);
    for (let row = 0; row < count; row += 1) {
      [place[2 * row], place[2 * row + 1]] = Geometry.world(data.lat[row], data.lon[row]);
      rows[data.kind[row]].push(row);
    }

    function draw(now, context, view) {
      kindsInOrder(data.kinds, now.looks).forEach((index) => {
        const look = lookOf(now, data.kinds[index]);
        if (!isShown(look, view.zoom)) return;
        const stamp = Symbols.stamp(look, view.zoom, view.density);
        const half = stamp.size / 2;
        context.globalAlpha = stamp.alpha;
        for (const row of rows[index]) {
          const x = place[2 * row] * view.scale - view.x;
          const y = place[2 * row + 1] * view.scale - view.y;
          if (x < view.left - half || x > view.right + half || y < view.top - half || y > view.bottom + half) continue;
          // On whole pixels: sharp, and quick
          const left = Math.round((x - half) * view.density) / view.density;
          const top = Math.round((y - half) * view.density) / view.density;
          context.drawImage(stamp.canvas, left, top, stamp.size, stamp.size);
        }
      });
      context.globalAlpha = 1;
    }

    // Nearest point within the reach (pixels), or within its own size where that is larger.
    function nearest(now, at, reach) {
      const reaches = data.kinds.map((kind) => {
        const look = lookOf(now, kind);
        return isShown(look, at.zoom) ? Math.max(reach, look.radius * Symbols.growth(at.zoom) + 2) / at.scale : -1;
      });
      let found = -1;
      let least = Infinity;
      for (let row = 0; row < count; row += 1) {
        const apart = Math.hypot(place[2 * row] - at.x, place[2 * row + 1] - at.y);
        if (apart <= reaches[data.kind[row]] && apart <= least) {
          least = apart;
          found = row;
        }
      }
      return found;
    }

    const body = canvasBody(spec, draw, (now, at) => {
      const row = nearest(now, at, 5);
      return row < 0 ? null : describe(now, data, row);
    });
    body.site = (at, reach) => {
      const row = data.id ? nearest(body.spec, at, reach) : -1;
      return row < 0 ? null : { id: data.id[row], apart: Math.hypot(place[2 * row] - at.x, place[2 * row + 1] - at.y) };
    };
    return body;
  }

  function itemsOf(list, ringsOf) {
    return list.map((each) => {
      const rings = ringsOf(each).map((positions) => Geometry.ring(positions));
      return { kind: each.k || 0, name: each.n || "", text: each.t || "", rings: rings, box: Geometry.boxOf(rings) };
    });
  }

  function linesOf(item, look) {
    return [item.name || look.label, item.name ? look.label : "", item.text];
  }

  // Streets and rails as wide as the scale asks for.
  function lineGrowth(zoom) {
    return zoom < 9 ? 0.6 : zoom < 11 ? 0.8 : zoom < 13 ? 1 : zoom < 15 ? 1.4 : 2;
  }

  const LINES_AT_ONCE = 400; // one path of a whole prefecture takes the browser longer than many short ones

  function lines(spec, data) {
    const items = itemsOf(data.lines, (line) => [line.p]);
    const byKind = data.kinds.map((kind, index) => items.filter((item) => item.kind === index));

    function stroke(context, chosen, view, edge) {
      for (let from = 0; from < chosen.length; from += LINES_AT_ONCE) {
        context.beginPath();
        chosen.slice(from, from + LINES_AT_ONCE).forEach((item) => Geometry.traceLine(context, item.rings[0], view, edge));
        context.stroke();
      }
    }

    function draw(now, context, view) {
      context.lineJoin = "round";
      const parts = kindsInOrder(data.kinds, now.looks).map((index) => {
        const look = lookOf(now, data.kinds[index]);
        if (!isShown(look, view.zoom)) return null;
        const width = look.width * lineGrowth(view.zoom);
        return { look: look, width: width, items: byKind[index].filter((item) => Geometry.isInView(item.box, view, width + 4)) };
      }).filter(Boolean);
      parts.filter((part) => part.look.casing).forEach((part) => {
        context.setLineDash([]);
        context.lineCap = "butt";
        context.strokeStyle = part.look.casing;
        context.lineWidth = part.width + 2;
        stroke(context, part.items, view, part.width + 4);
      });
      parts.forEach((part) => {
        context.setLineDash(part.look.dash ? part.look.dash.split(/[ ,]+/).map(Number) : []);
        context.lineCap = part.look.dash ? "butt" : "round";
        context.strokeStyle = part.look.colour;
        context.lineWidth = part.width;
        stroke(context, part.items, view, part.width + 4);
      });
      context.setLineDash([]);
    }

    return canvasBody(spec, draw, (now, at) => {
      for (const index of kindsInOrder(data.kinds, now.looks).reverse()) {
        const look = lookOf(now, data.kinds[index]);
        if (!isShown(look, at.zoom)) continue;
        const reach = ((look.width * lineGrowth(at.zoom)) / 2 + 3) / at.scale;
        const found = byKind[index].find((item) => Geometry.isNear(item, at.x, at.y, reach));
        if (found) return linesOf(found, look);
      }
      return null;
    });
  }

  function polygons(spec, data) {
    const items = itemsOf(data.polygons, (polygon) => polygon.r);
    const byKind = data.kinds.map((kind, index) => items.filter((item) => item.kind === index));

    function draw(now, context, view) {
      context.lineJoin = "round";
      kindsInOrder(data.kinds, now.looks).forEach((index) => {
        const look = lookOf(now, data.kinds[index]);
        if (!isShown(look, view.zoom)) return;
        const pattern = look.hatch ? Symbols.hatch(context, look.hatch, look.edge || look.fill, view.density) : null;
        byKind[index].forEach((item) => {
          if (!Geometry.isInView(item.box, view, 4)) return;
          context.beginPath();
          Geometry.traceRings(context, item.rings, view);
          [look.fill, pattern].filter(Boolean).forEach((paint) => {
            context.fillStyle = paint;
            context.fill("evenodd");
          });
          if (!look.edge || !look.width) return;
          context.setLineDash(look.dash ? look.dash.split(/[ ,]+/).map(Number) : []);
          context.strokeStyle = look.edge;
          context.lineWidth = look.width;
          context.stroke();
        });
      });
      context.setLineDash([]);
    }

    return canvasBody(spec, draw, (now, at) => {
      for (const index of kindsInOrder(data.kinds, now.looks).reverse()) {
        const look = lookOf(now, data.kinds[index]);
        const found = isShown(look, at.zoom) && byKind[index].find((item) => Geometry.contains(item, at.x, at.y));
        if (found) return linesOf(found, look);
      }
      return null;
    });
  }

  // A picture is ready when the browser has read it, so that another one never leaves a hole.
  function picture(spec) {
    let overlay = null;
    const image = new Image();
    return new Promise((resolve, reject) => {
      image.onerror = () => reject(new Error(spec.url));
      image.onload = () => resolve({
        spec: spec,
        add(map, pane) {
          const [south, west, north, east] = spec.bounds;
          overlay = L.imageOverlay(image, [[south, west], [north, east]], {
            pane: pane, className: spec.className || spec.id + "-picture",
          }).addTo(map);
          overlay.getElement().style.imageRendering = "pixelated";
          overlay.getElement().alt = "";
        },
        remove: () => overlay && overlay.remove(),
        restyle: () => undefined,
        redraw: () => undefined,
        hit: () => null,
      });
      image.src = spec.url;
    });
  }

  return { points, lines, polygons, picture };
})();
