// A canvas in a pane of its own that draws itself anew when the map came to rest, and is moved along until then.
"use strict";

const CanvasLayer = L.Renderer.extend({
  options: { padding: 0.25 },

  initialize(pane, draw) {
    L.Renderer.prototype.initialize.call(this, { pane: pane });
    this._paint = draw; // (context, view) => nothing; coordinates are layer points of `view`
  },

  // Without "viewreset": it always comes together with "moveend", and all would be drawn twice.
  getEvents() {
    const events = { zoom: this._onZoom, moveend: this._update };
    if (this._zoomAnimated) events.zoomanim = this._onAnimZoom;
    return events;
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._context = this._container.getContext("2d");
  },

  _destroyContainer() {
    this._container.remove();
    delete this._container;
    delete this._context;
    delete this._bounds;
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    this._origin = this._map.getPixelOrigin();
    const size = this._bounds.getSize();
    const density = Math.min(window.devicePixelRatio || 1, 3);
    L.DomUtil.setPosition(this._container, this._bounds.min);
    const [width, height] = [Math.round(size.x * density), Math.round(size.y * density)];
    if (this._container.width !== width || this._container.height !== height) {
      this._container.width = width;
      this._container.height = height;
      this._container.style.width = size.x + "px";
      this._container.style.height = size.y + "px";
    }
    this._density = density;
    this.redraw();
  },

  // What is on the canvas stays in place while a zoom is under way, so it is drawn for the view that it was made for.
  redraw() {
    if (!this._container || !this._bounds) return;
    const { min, max } = this._bounds;
    const context = this._context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this._container.width, this._container.height);
    context.setTransform(this._density, 0, 0, this._density, -min.x * this._density, -min.y * this._density);
    this._paint(context, {
      scale: 2 ** this._zoom, x: this._origin.x, y: this._origin.y, zoom: this._zoom, density: this._density,
      left: min.x, top: min.y, right: max.x, bottom: max.y,
    });
  },
});
