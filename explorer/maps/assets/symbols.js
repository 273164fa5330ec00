// Symbols of points, drawn once per look and then stamped, and the hatches of polygons.
"use strict";

const Symbols = (function () {
  const CIRCLE = "M 1 0 A 1 1 0 1 1 -1 0 A 1 1 0 1 1 1 0 Z";
  const HATCH_TILE = 8; // pixels between two lines of a hatch
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  // Small where many lie close together, larger where one looks at a street.
  function growth(zoom) {
    return zoom < 9.5 ? 0.45 : zoom < 11 ? 0.65 : zoom < 13 ? 1 : 1.5;
  }

  // Thousands of stops over a whole prefecture show a pattern, not a carpet.
  function density(radius, zoom) {
    return radius > 3 ? 0.95 : zoom < 9.5 ? 0.4 : zoom < 11 ? 0.6 : 0.85;
  }

  // A picture of a symbol: its shape in the look's colour, a light edge around it so that it stands out on any ground.
  function stamp(look, zoom, pixels) {
    const radius = look.radius * growth(zoom);
    const hasEdge = look.radius > 3;
    const side = Math.ceil(2 * (radius + 2) * pixels);
    const canvas = document.createElement("canvas");
    canvas.width = side;
    canvas.height = side;
    const context = canvas.getContext("2d");
    context.translate(side / 2, side / 2);
    context.scale(radius * pixels, radius * pixels);
    const shape = new Path2D(look.path || CIRCLE);
    if (hasEdge) {
      context.lineWidth = 2 / radius; // half of it is covered by the shape
      context.lineJoin = "round";
      context.strokeStyle = look.edge || "#ffffff";
      context.stroke(shape);
    }
    context.fillStyle = look.hollow ? "#ffffff" : look.colour;
    context.fill(shape, "evenodd");
    if (look.hollow) {
      context.strokeStyle = look.colour;
      context.clip(shape, "evenodd"); // the line lies inside, so that a hollow symbol is as large as a full one
      context.lineWidth = 0.9;
      context.stroke(shape);
    }
    return { canvas: canvas, size: side / pixels, radius: radius, alpha: density(look.radius, zoom) };
  }

  function hatch(context, name, colour, pixels) {
    const side = Math.round(HATCH_TILE * pixels);
    const tile = document.createElement("canvas");
    tile.width = side;
    tile.height = side;
    const drawing = tile.getContext("2d");
    drawing.strokeStyle = colour;
    drawing.fillStyle = colour;
    drawing.lineWidth = 1.4 * pixels;
    drawing.beginPath();
    if (name === "dots") {
      [[0.25, 0.25], [0.75, 0.75]].forEach(([x, y]) => {
        drawing.moveTo(side * x + 1.2 * pixels, side * y);
        drawing.arc(side * x, side * y, 1.2 * pixels, 0, 7);
      });
      drawing.fill();
    } else {
      const rises = name === "diagonal" || name === "cross";
      const falls = name === "falling" || name === "cross";
      if (name === "level") {
        drawing.moveTo(0, side / 2);
        drawing.lineTo(side, side / 2);
      }
      [-1, 0, 1].forEach((shift) => {
        if (rises) {
          drawing.moveTo((shift - 0.5) * side, 1.5 * side);
          drawing.lineTo((shift + 1.5) * side, -0.5 * side);
        }
        if (falls) {
          drawing.moveTo((shift - 0.5) * side, -0.5 * side);
          drawing.lineTo((shift + 1.5) * side, 1.5 * side);
        }
      });
      drawing.stroke();
    }
    const pattern = context.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix().scale(1 / pixels));
    return pattern;
  }

  return { growth, stamp, hatch, isDark: () => dark.matches, whenDarkChanges: (then) => dark.addEventListener("change", then) };
})();
