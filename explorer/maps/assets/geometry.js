// Lines and outlines as flat lists of world coordinates (Web Mercator, 256 units round the globe), so that any zoom is one
// multiplication away. An item has `rings` (Float64Array of x, y, …) and `box` (left, top, right, bottom).
"use strict";

const Geometry = (function () {
  function world(lat, lon) {
    const sine = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
    return [256 * (0.5 + lon / 360), 256 * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI))];
  }

  // Positions [[lat, lon], …], or [[lon, lat], …] as GeoJSON writes them.
  function ring(positions, isLonLat) {
    const flat = new Float64Array(positions.length * 2);
    for (let at = 0; at < positions.length; at += 1) {
      const [first, second] = positions[at];
      const [x, y] = isLonLat ? world(second, first) : world(first, second);
      flat[2 * at] = x;
      flat[2 * at + 1] = y;
    }
    return flat;
  }

  function boxOf(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    rings.forEach((flat) => {
      for (let at = 0; at < flat.length; at += 2) {
        if (flat[at] < box[0]) box[0] = flat[at];
        if (flat[at] > box[2]) box[2] = flat[at];
        if (flat[at + 1] < box[1]) box[1] = flat[at + 1];
        if (flat[at + 1] > box[3]) box[3] = flat[at + 1];
      }
    });
    return box;
  }

  function isInView(box, view, edge = 0) {
    return (
      box[2] * view.scale - view.x >= view.left - edge && box[0] * view.scale - view.x <= view.right + edge &&
      box[3] * view.scale - view.y >= view.top - edge && box[1] * view.scale - view.y <= view.bottom + edge
    );
  }

  // Adds outlines to a path. Points are rounded to half a pixel and told once, the same for both sides of a border, so
  // that neighbours fit together and a whole country costs little.
  function traceRings(path, rings, view) {
    for (const flat of rings) {
      let lastX = NaN;
      let lastY = NaN;
      for (let at = 0; at < flat.length; at += 2) {
        const x = Math.round((flat[at] * view.scale - view.x) * 2) / 2;
        const y = Math.round((flat[at + 1] * view.scale - view.y) * 2) / 2;
        if (x === lastX && y === lastY) continue;
        if (lastX !== lastX) path.moveTo(x, y);
        else path.lineTo(x, y);
        lastX = x;
        lastY = y;
      }
      path.closePath();
    }
  }

  // Adds a line to a path, without the parts that are out of view: dashes of a thousand kilometres take long.
  function traceLine(path, flat, view, edge) {
    const [left, top, right, bottom] = [view.left - edge, view.top - edge, view.right + edge, view.bottom + edge];
    let lastX = NaN;
    let lastY = NaN;
    let isOpen = false;
    for (let at = 0; at < flat.length; at += 2) {
      const x = Math.round((flat[at] * view.scale - view.x) * 2) / 2;
      const y = Math.round((flat[at + 1] * view.scale - view.y) * 2) / 2;
      if (x === lastX && y === lastY) continue;
      const isSeen =
        lastX === lastX &&
        Math.max(x, lastX) >= left && Math.min(x, lastX) <= right && Math.max(y, lastY) >= top && Math.min(y, lastY) <= bottom;
      if (isSeen) {
        if (!isOpen) path.moveTo(lastX, lastY);
        path.lineTo(x, y);
      }
      isOpen = isSeen;
      lastX = x;
      lastY = y;
    }
  }

  // Even-odd rule, holes included.
  function contains(item, x, y) {
    if (x < item.box[0] || x > item.box[2] || y < item.box[1] || y > item.box[3]) return false;
    let isInside = false;
    for (const flat of item.rings) {
      for (let at = 0, before = flat.length - 2; at < flat.length; before = at, at += 2) {
        const [x1, y1, x2, y2] = [flat[at], flat[at + 1], flat[before], flat[before + 1]];
        if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) isInside = !isInside;
      }
    }
    return isInside;
  }

  // Whether a line of an item comes nearer than `reach` (world units).
  function isNear(item, x, y, reach) {
    const [left, top, right, bottom] = item.box;
    if (x < left - reach || x > right + reach || y < top - reach || y > bottom + reach) return false;
    for (const flat of item.rings) {
      for (let at = 2; at < flat.length; at += 2) {
        const [x1, y1] = [flat[at - 2], flat[at - 1]];
        const [dx, dy] = [flat[at] - x1, flat[at + 1] - y1];
        const length = dx * dx + dy * dy;
        const share = length ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length)) : 0;
        if (Math.hypot(x1 + share * dx - x, y1 + share * dy - y) <= reach) return true;
      }
    }
    return false;
  }

  return { world, ring, boxOf, isInView, traceRings, traceLine, contains, isNear };
})();
