// The map frame of the app. Speaks Streamlit's component protocol (version 1) directly: no library, no network.
// Shapes, layers and pictures come from files that are fetched once; a change of indicator only sends one colour number
// per municipality. The parts: ground, areas, layers (layer_kinds), signs, pointer, view, legend, sync.
"use strict";

const Page = (function () {
  let height = null;
  let isReported = false;

  function send(type, values) {
    window.parent.postMessage(Object.assign({ isStreamlitMessage: true, type: type }, values), "*");
  }

  function report(value) {
    send("streamlit:setComponentValue", { value: value, dataType: "json" });
  }

  // Once: the page then adds what it held back so that the map could come first.
  function reportDrawn() {
    if (isReported) return;
    isReported = true;
    report({ drawn: true });
  }

  // Tall enough to be useful, never taller than the window leaves room for; `fixed_height` where the page knows better.
  function frameHeight(args) {
    if (args.fixed_height) return args.height;
    let room = args.height;
    try {
      room = window.parent.innerHeight - (args.above || 210);
    } catch (error) {
      // another origin: keep the height that the page asked for
    }
    return Math.max(400, Math.min(760, room));
  }

  // All layers bottom to top; the older arguments of the pages are layers too.
  function layersOf(args) {
    const picture = (id, className) => args[id] && Object.assign({ id: id, kind: "picture", className: className }, args[id]);
    const points = (id) => args[id] && Object.assign({ id: id, kind: "points" }, args[id]);
    return [
      picture("places", "place-picture"), picture("changes", "changes-picture"), ...(args.layers || []), points("stops"),
      points("facilities"),
    ].filter(Boolean);
  }

  async function render(args) {
    Ground.args = args;
    Controls.show(args);
    Legend.show(args.legend);
    Ground.showBase(args.base_map);
    try {
      await Areas.load(args.shapes);
      Messages.fail("");
    } catch (error) {
      Messages.fail(args.words.failed);
      return reportDrawn();
    }
    if (Ground.args !== args) return; // asked for something newer meanwhile
    Areas.colour(args);
    Areas.markMembers(args.members || []);
    Signs.show(args);
    View.focusOn(args.focus);
    Areas.select(args.selected);
    Sync.join(args.sync);
    const layers = Layers.show(layersOf(args));
    reportDrawn();
    await layers;
    if (Ground.args === args) document.body.dataset.drawn = args.stamp; // what the browser tests wait for
  }

  function heard(event) {
    if (event.source !== window.parent || !event.data || event.data.type !== "streamlit:render") return;
    const wanted = frameHeight(event.data.args);
    if (height !== wanted) {
      height = wanted;
      send("streamlit:setFrameHeight", { height: height });
    }
    render(event.data.args);
  }

  function start() {
    const map = Ground.make();
    Areas.make();
    Controls.make();
    Legend.make();
    Pointer.make();
    Sync.make();
    map.on("zoomend", Signs.untangleLabels);
    Symbols.whenDarkChanges(() => {
      Areas.redraw();
      Layers.redraw();
    });
    const frame = map.getContainer();
    ["pointerdown", "wheel", "keydown"].forEach((name) =>
      frame.addEventListener(name, View.hold, { capture: true, passive: true })
    );
    new ResizeObserver(() => {
      Legend.lay();
      View.resized();
    }).observe(frame);
    send("streamlit:componentReady", { apiVersion: 1 });
  }

  window.addEventListener("message", heard);
  window.addEventListener("load", start);
  return { report };
})();
