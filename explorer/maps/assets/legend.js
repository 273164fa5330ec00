// The boxes at the edge of the map: legend, zoom buttons, credit, and messages.
"use strict";

const Legend = (function () {
  const NARROW = 420; // pixels; a legend would leave little of a map narrower than this
  let box = null;
  let toggle = null;
  let body = null;
  let html = null;
  let isOpen = null; // null: the user has not said

  function make() {
    const control = L.control({ position: "bottomright" });
    control.onAdd = () => {
      box = L.DomUtil.create("div", "legend");
      toggle = L.DomUtil.create("button", "legend-toggle", box);
      toggle.type = "button";
      toggle.setAttribute("aria-controls", "legend-body");
      body = L.DomUtil.create("div", "legend-body", box);
      body.id = "legend-body";
      body.tabIndex = 0; // it scrolls, so the arrow keys must reach it
      body.setAttribute("role", "group");
      toggle.addEventListener("click", () => {
        isOpen = body.hidden;
        lay();
      });
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(Ground.map);
  }

  function lay() {
    body.hidden = !(isOpen === null ? Ground.map.getSize().x >= NARROW : isOpen);
    toggle.setAttribute("aria-expanded", String(!body.hidden));
    box.classList.toggle("is-closed", body.hidden);
  }

  return {
    make, lay,
    box: () => box,
    // Escaped by the page, see explorer/maps/legend.py
    show(content) {
      toggle.textContent = Ground.word("legend");
      toggle.hidden = !toggle.textContent;
      body.setAttribute("aria-label", toggle.textContent);
      if (content !== html) body.innerHTML = content;
      html = content;
      box.hidden = !content;
      lay();
    },
  };
})();

const Controls = (function () {
  let zoom = null;
  let language = null;
  let credit = null;

  function button(bar, className, sign, title, act) {
    const made = L.DomUtil.create("button", className, bar);
    made.type = "button";
    made.title = title;
    made.textContent = sign;
    made.setAttribute("aria-label", title);
    made.addEventListener("click", act);
    return made;
  }

  function addZoom() {
    if (zoom) zoom.remove();
    const map = Ground.map;
    zoom = L.control({ position: "topleft" });
    zoom.onAdd = () => {
      const bar = L.DomUtil.create("div", "leaflet-bar zoom-bar");
      const step = (by) => {
        View.hold();
        map.setZoom(map.getZoom() + by);
      };
      const closer = button(bar, "zoom-in", "+", Ground.word("zoom_in"), () => step(1));
      const farther = button(bar, "zoom-out", "−", Ground.word("zoom_out"), () => step(-1));
      button(bar, "zoom-all", "⤢", Ground.word("zoom_all"), View.showAll);
      const limit = () => {
        closer.disabled = map.getZoom() >= map.getMaxZoom();
        farther.disabled = map.getZoom() <= map.getMinZoom();
      };
      map.on("zoomend", limit);
      zoom.onRemove = () => map.off("zoomend", limit);
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    };
    zoom.addTo(map);
  }

  function escape(text) {
    const box = document.createElement("span");
    box.textContent = text;
    return box.innerHTML;
  }

  return {
    make: () => L.control.scale({ imperial: false, position: "bottomleft" }).addTo(Ground.map),
    show(args) {
      if (language !== args.language) addZoom();
      language = args.language;
      document.documentElement.lang = args.language;
      document.title = args.alt;
      document.getElementById("map").setAttribute("aria-label", args.alt);
      document.getElementById("keys").textContent = Ground.word("keys");
      const text = escape(args.credit);
      if (text === credit) return;
      if (credit) Ground.map.attributionControl.removeAttribution(credit);
      Ground.map.attributionControl.addAttribution(text);
      credit = text;
    },
  };
})();

const Messages = (function () {
  const told = new Map();

  function show() {
    const box = document.getElementById("messages");
    box.replaceChildren(...[...told.values()].map((text) => {
      const line = document.createElement("p");
      line.textContent = text;
      return line;
    }));
    box.hidden = told.size === 0;
  }

  return {
    tell(name, text) {
      if (told.get(name) === text) return;
      told.set(name, text);
      show();
    },
    drop: (name) => told.delete(name) && show(),
    // For those who cannot see the map.
    say(text) {
      document.getElementById("spoken").textContent = text;
    },
    fail(text) {
      const box = document.getElementById("failure");
      box.textContent = text;
      box.hidden = !text;
    },
  };
})();
