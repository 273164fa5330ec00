// What pages put on the map beside layers: edits, flows between municipalities, numbered places, a pin.
"use strict";

const Signs = (function () {
  const groups = {};
  const drawn = {};
  let flowCanvas = null;

  // A group is made again only where what it shows has changed.
  function replace(name, wanted, build) {
    const key = JSON.stringify(wanted || null);
    if (drawn[name] === key) return;
    drawn[name] = key;
    if (groups[name]) groups[name].remove();
    groups[name] = null;
    if (!wanted || wanted.length === 0) return;
    groups[name] = L.featureGroup();
    build(groups[name]);
    groups[name].addTo(Ground.map);
  }

  function canvas() {
    flowCanvas = flowCanvas || L.canvas({ pane: "flows", padding: 0.3, tolerance: 3 });
    return { renderer: flowCanvas, pane: "flows" };
  }

  function sign(at, element, size, options) {
    const icon = L.divIcon({ html: element, className: "mark-holder", iconSize: size });
    return L.marker(at, Object.assign({ icon: icon, interactive: false, keyboard: false }, options));
  }

  function span(className, text) {
    const element = document.createElement("span");
    element.className = className;
    element.textContent = text || "";
    return element;
  }

  // Their tooltips are Leaflet's; the one of the ground gives way meanwhile.
  function tipped(layer, lines, options) {
    layer.bindTooltip(() => tip(lines), Object.assign({ opacity: 0.97 }, options));
    layer.on("mouseover", () => Pointer.yield(true));
    layer.on("mouseout remove", () => Pointer.yield(false));
    return layer;
  }

  // A light edge, so that a line stands out on dark colours too.
  function casing(way, width) {
    return L.polyline(way, { weight: width + 2, color: "#ffffff", opacity: 0.75, lineCap: "butt", interactive: false, ...canvas() });
  }

  // What an edit does to a site: a sign over it, and a line from where it was.
  function marks(group, wanted) {
    wanted.forEach((mark) => {
      if (mark.from) {
        const way = [mark.from, [mark.lat, mark.lon]];
        group.addLayer(casing(way, 2));
        group.addLayer(L.polyline(way, { weight: 2, dashArray: "5 4", interactive: false, color: "#111827", ...canvas() }));
      }
      group.addLayer(sign([mark.lat, mark.lon], span("mark mark-" + mark.look, mark.sign), [22, 22]));
    });
  }

  // Who goes where: lines as wide as their people, an arrow on each, a label on the largest.
  function flows(group, wanted) {
    wanted.forEach((flow) => {
      const look = { color: flow.colour, weight: flow.width, opacity: 0.85, lineCap: "butt", bubblingMouseEvents: false };
      group.addLayer(casing(flow.path, flow.width));
      group.addLayer(tipped(L.polyline(flow.path, { ...look, ...canvas() }), flow.lines, { sticky: true }));
      group.addLayer(arrow(flow));
    });
    wanted.filter((flow) => flow.label).forEach((flow) => {
      group.addLayer(sign(flow.label_at, span("flow-label", flow.label), [0, 0], { zIndexOffset: 500 }));
    });
  }

  function arrow(flow) {
    const size = Math.max(9, flow.width * 1.5 + 5);
    const head = span("flow-arrow");
    head.style.cssText = `border-width:${size / 2}px 0 ${size / 2}px ${size}px;border-left-color:${flow.colour};` +
      `transform:rotate(${flow.angle}deg)`;
    return sign(flow.arrow_at, head, [size, size]);
  }

  // Labels that would cover each other move up or down, the largest flow's first to its place.
  function untangleLabels() {
    const taken = [];
    document.querySelectorAll(".flow-label").forEach((label) => {
      for (const lines of [0, -1, 1, -2, 2, -3, 3, -4, 4]) {
        label.style.marginTop = lines * 19 + "px";
        const box = label.getBoundingClientRect();
        if (taken.every((other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom)) {
          taken.push(box);
          return;
        }
      }
    });
  }

  // Numbered places that answer to a click: the facilities of a list, the sites of a proposal.
  function spots(group, wanted) {
    wanted.forEach((spot) => {
      const element = span("spot" + (spot.chosen ? " spot-chosen" : ""), spot.sign);
      element.style.background = spot.colour;
      const marker = sign([spot.lat, spot.lon], element, [24, 24], {
        interactive: true, zIndexOffset: spot.chosen ? 2000 : 1000 - (spot.order || 0), bubblingMouseEvents: false,
      });
      marker.on("click", () => Pointer.report({ site: spot.id }));
      group.addLayer(tipped(marker, spot.lines, { direction: "top", offset: [0, -10] }));
    });
  }

  // The point that was clicked, and what it is called.
  function pin(group, wanted) {
    const element = span("pin");
    element.appendChild(span("pin-point"));
    if (wanted.label) element.appendChild(span("pin-label", wanted.label));
    group.addLayer(sign([wanted.lat, wanted.lon], element, [0, 0], { zIndexOffset: 3000 }));
  }

  return {
    show(args) {
      replace("marks", args.marks, (group) => marks(group, args.marks));
      replace("flows", args.flows, (group) => flows(group, args.flows));
      replace("spots", args.spots, (group) => spots(group, args.spots));
      replace("pin", args.pin, (group) => pin(group, args.pin));
      untangleLabels();
    },
    untangleLabels,
  };
})();
