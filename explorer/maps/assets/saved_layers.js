// The layers of a saved map: drawn by the same code as in the app, over the map that folium made.
"use strict";

const SavedLayers = (function () {
  const BELOW = 260; // under folium's own layers (400)
  const ABOVE = 410;
  const LAND = "#f7f8f9";
  Symbols.isDark = () => false; // a file to keep looks the same whoever opens it

  function addPane(map, spec, index) {
    const name = "saved-layer-" + index;
    const pane = map.createPane(name);
    pane.style.zIndex = (spec.below ? BELOW : ABOVE) + index;
    pane.style.opacity = spec.opacity;
    pane.style.pointerEvents = "none";
    return name;
  }

  function follow(map, bodies) {
    const tooltip = L.tooltip({ direction: "auto", opacity: 0.97, interactive: false });
    const container = map.getContainer();
    const leave = () => {
      tooltip.remove();
      container.classList.remove("is-over-layer");
    };
    map.on("mousemove", (event) => {
      const [x, y] = Geometry.world(event.latlng.lat, event.latlng.lng);
      const at = { x: x, y: y, zoom: map.getZoom(), scale: 2 ** map.getZoom() };
      let lines = null;
      for (const body of [...bodies].reverse()) lines = lines || (body.spec.below ? null : body.hit(at));
      if (!lines) return leave();
      container.classList.add("is-over-layer");
      tooltip.setLatLng(event.latlng).setContent(tip(lines)).addTo(map);
    });
    map.on("mouseout movestart zoomstart", leave);
  }

  // Under a base map lies the land, as on the screen; the surroundings, else opaque, would cover the base.
  function layLand(map) {
    map.createPane("saved-land").style.zIndex = BELOW - 5;
    const renderer = L.canvas({ pane: "saved-land" });
    const areas = [];
    map.eachLayer((layer) => layer.feature && layer.getLatLngs && areas.push(layer));
    areas.forEach((area) => {
      const land = { renderer: renderer, pane: "saved-land", stroke: false, fill: true, fillColor: LAND, fillOpacity: 1, interactive: false };
      L.polygon(area.getLatLngs(), land).addTo(map);
      if (area.feature.properties.inside !== 1) area.setStyle({ fillOpacity: 0 });
    });
  }

  async function draw(map) {
    const specs = JSON.parse(document.getElementById("saved-layers").textContent);
    if (specs.some((spec) => spec.below)) layLand(map);
    const bodies = [];
    for (const [index, spec] of specs.entries()) {
      const pane = addPane(map, spec, index);
      const body = await LayerKinds[spec.kind](spec, spec.data);
      body.add(map, pane);
      bodies.push(body);
    }
    follow(map, bodies);
    document.body.dataset.layers = String(bodies.length);
  }

  return { draw };
})();
