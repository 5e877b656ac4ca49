// When the page is painted and where the browser is. At most four paints a second, none while nobody looks.
const PAINT_MILLIS = 250;

let painter = () => {};
let waiting = false;
let painted = 0;

/** Sets what paints the whole page. */
export function onPaint(paint) {
  painter = paint;
}

/** Something has changed: paints soon. */
export function repaint() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => requestAnimationFrame(() => {
    waiting = false;
    painted = performance.now();
    painter();
  }), Math.max(0, PAINT_MILLIS - (performance.now() - painted)));
}

/** Paints in the next frame: for what a person just did. */
export function repaintNow() {
  painted = 0;
  repaint();
}

let mover = () => {};

/** Sets what shows the address the browser is at. */
export function onMove(move) {
  mover = move;
  addEventListener("popstate", move);
}

/** Goes to an address of this page without loading it anew. */
export function goTo(address, { replace = false } = {}) {
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  mover();
}
