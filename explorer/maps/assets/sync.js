// Maps that lie side by side move together, and a cross shows in each where the pointer is in the other. Frames of one page
// are told directly, window to window, so the same page in another tab hears nothing.
"use strict";

const Sync = (function () {
  const me = Math.random().toString(36).slice(2);
  let name = null;
  let isFollowing = false; // a move that another map asked for is not told back
  let last = { time: 0, from: me }; // the newest view, whose it is
  let cross = null;

  function tell(message) {
    if (!name) return;
    const full = Object.assign({ explorerSync: name, from: me }, message);
    for (let at = 0; at < window.parent.frames.length; at += 1) {
      const other = window.parent.frames[at];
      if (other !== window) other.postMessage(full, window.location.origin);
    }
  }

  function tellView(isEnd, view) {
    if (isFollowing || !name) return;
    const map = Ground.map;
    const { center, zoom } = view || { center: map.getCenter(), zoom: map.getZoom() };
    last = { time: Date.now(), from: me };
    tell({ view: { lat: center.lat, lon: center.lng, zoom: zoom, isEnd: isEnd }, time: last.time });
  }

  // The newest view wins; of two maps at the same moment the one of the greater name, for all of them.
  function isNewer(message) {
    return message.time > last.time || (message.time === last.time && message.from >= last.from);
  }

  // While the other is being dragged the picture is moved along as it is; all is drawn anew when it comes to rest.
  function follow(view) {
    const map = Ground.map;
    const away = map.project([view.lat, view.lon], view.zoom).subtract(map.project(map.getCenter(), view.zoom));
    const isSame = map.getZoom() === view.zoom;
    if (isSame && Math.abs(away.x) < 0.01 && Math.abs(away.y) < 0.01 && !map._moved()) return;
    View.hold();
    isFollowing = true;
    map.stop();
    if (isSame && !view.isEnd) {
      map._rawPanBy(away.round()); // as Leaflet's own dragging does
      map.fire("move");
    } else {
      map.setView([view.lat, view.lon], view.zoom, { animate: false });
    }
    isFollowing = false;
  }

  function showCross(position) {
    if (!position) {
      if (cross) cross.remove();
      return;
    }
    if (!cross) {
      const icon = L.divIcon({ className: "cross", iconSize: [21, 21] });
      cross = L.marker(position, { icon: icon, pane: "cross", interactive: false, keyboard: false });
      cross.bindTooltip("", { permanent: true, direction: "auto", offset: [8, 0], opacity: 0.97 });
    }
    cross.setLatLng(position);
    if (!Ground.map.hasLayer(cross)) cross.addTo(Ground.map);
    const { lines } = Pointer.linesAt(Ground.at(L.latLng(position)));
    if (lines) cross.setTooltipContent(tip(lines)).openTooltip();
    else cross.closeTooltip();
  }

  function heard(event) {
    const message = event.data;
    if (!name || !message || message.explorerSync !== name) return;
    if (event.origin !== window.location.origin || event.source === window || !Ground.args) return;
    if (message.view && isNewer(message)) {
      last = { time: message.time, from: message.from };
      follow(message.view);
    }
    if ("point" in message) showCross(message.point);
    if (message.hello) tellView(true); // who comes later takes over the view
  }

  return {
    make() {
      const map = Ground.map;
      window.addEventListener("message", heard);
      map.on("move", () => map._animatingZoom || tellView(false));
      map.on("moveend", () => tellView(true));
      map.on("zoomanim", (event) => tellView(true, event)); // where the zoom is going, at its start
      window.addEventListener("pagehide", () => tell({ point: null }));
    },
    // Joins the maps of a name, or leaves them.
    join(wanted) {
      if (name === (wanted || null)) return;
      showCross(null);
      name = wanted || null;
      if (name) tell({ hello: true });
    },
    point(position) {
      tell({ point: position && [position.lat, position.lng] });
    },
  };
})();
