// A curve over rounds, drawn as SVG by hand: the readout has a fixed place, so looking never moves anything.
import { html, nothing } from "./lit-html.js";
import { count } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
export const MARGIN = { left: 62, right: 14, top: 22, bottom: 34 };
const LETTER = 6.3; // about as wide as one of an axis

export function add(parent, tag, attributes, text) {
  const node = parent.appendChild(document.createElementNS(SVG, tag));
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** About `n` round numbers from `low` to `high`. */
export function ticks(low, high, n) {
  const raw = (high - low) / n || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const values = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + 1e-9 * step; v += step) values.push(Math.abs(v) < step / 1e6 ? 0 : v);
  return values;
}

/** Tick marks of the axis on the left, from `low` to `high`; `y` places a value. */
export function grid(svg, width, low, high, y) {
  const marks = ticks(low, high, 5);
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10((marks[1] ?? marks[0] + 1) - marks[0]) + 1e-9)));
  for (const t of marks) {
    add(svg, "line", { class: "grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(t), y2: y(t) });
    add(svg, "text", { class: "axis", x: MARGIN.left - 8, y: y(t) + 4, "text-anchor": "end" }, t.toFixed(digits).replace("-", "−"));
  }
}

/** The axis below: whole numbers from `first` to `last`, of which the one after `end` stands for nothing; `x` places one. */
export function across(svg, width, height, first, last, x, title, end = last) {
  const whole = ticks(first, last, Math.min(8, width / 70)).filter((t) => Math.abs(t - Math.round(t)) < 1e-9);
  for (const t of whole.filter((t) => t < end + 1e-9)) {
    add(svg, "text", { class: "axis", x: x(t), y: height - MARGIN.bottom + 16, "text-anchor": "middle" }, count(t));
  }
  add(svg, "text", { class: "axis axis--title", x: (MARGIN.left + width - MARGIN.right) / 2, y: height - 3, "text-anchor": "middle" }, title);
}

/** What the axis on the left is of. */
export function upwards(svg, height, title) {
  const middle = (MARGIN.top + height - MARGIN.bottom) / 2;
  add(svg, "text", { class: "axis axis--title", x: 11, y: middle, transform: `rotate(-90 11 ${middle})`, "text-anchor": "middle" }, title);
}

/**
 * What every chart shares: the readout, the arrow keys, the cross. A chart sets `points`, places one with `x`, and has
 * draw(width, height), said(point) for the readout and rested() for what stands there while nobody looks closer.
 */
export class Chart extends HTMLElement {
  #at = -1;

  connectedCallback() {
    if (!this.svg) {
      this.readout = this.appendChild(document.createElement("output"));
      this.readout.className = "chart__readout";
      this.svg = add(this, "svg", { tabindex: "0", role: "img" });
      this.svg.addEventListener("pointermove", (e) => this.#point(e.offsetX));
      this.svg.addEventListener("pointerleave", () => this.#rest());
      this.svg.addEventListener("blur", () => this.#rest());
      this.svg.addEventListener("keydown", (e) => this.#key(e));
    }
    this.observer = new ResizeObserver(() => this.redraw());
    this.observer.observe(this.svg);
    this.redraw();
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  /** Draws anew; nothing before the element has its size. */
  redraw() {
    if (!this.svg || !this.points?.length || !this.isConnected) return;
    const width = this.svg.clientWidth, height = this.svg.clientHeight;
    if (width < 80) return;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren();
    this.draw(width, height);
    this.cross = add(this.svg, "line", { class: "cross", y1: MARGIN.top, y2: height - MARGIN.bottom, visibility: "hidden" });
    // Whoever reads a point goes on reading it.
    if (this.#at >= 0 && this.#at < this.points.length) this.#show(this.#at);
    else this.#rest();
  }

  #point(offset) {
    if (!this.x) return;
    let best = 0;
    this.points.forEach(([px], i) => { if (Math.abs(this.x(px) - offset) < Math.abs(this.x(this.points[best][0]) - offset)) best = i; });
    this.#show(best);
  }

  #key(event) {
    const end = this.points.length - 1;
    const from = this.#at < 0 ? end : this.#at;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: end }[event.key];
    if (to === undefined || !this.x) return;
    this.#show(Math.max(0, Math.min(end, to)));
    event.preventDefault();
  }

  #show(index) {
    this.#at = index;
    const at = this.x(this.points[index][0]);
    this.cross.setAttribute("x1", at);
    this.cross.setAttribute("x2", at);
    this.cross.setAttribute("visibility", "visible");
    this.readout.textContent = this.said(this.points[index]);
  }

  #rest() {
    this.#at = -1;
    this.cross?.setAttribute("visibility", "hidden");
    this.readout.textContent = this.rested();
  }
}

/**
 * <cf-curve>, with the property `curve`: { name, axis, over, lines: [{ label, short, points }…], read(point, line), rest }. A
 * point is [x, y], or [x, y, low, high] where there is a band around it. Lines are not joined: each is a model of its own. With
 * `spread` the band around 0 is all there is to see.
 */
class Curve extends Chart {
  #curve;
  #drawn;

  set curve(curve) {
    this.#curve = curve;
    this.points = curve.lines.flatMap((line) => line.points.map((point) => Object.assign([...point], { line })));
    const drawn = `${curve.name} ${this.points.length} ${this.points.at(-1)}`;
    if (drawn !== this.#drawn) this.redraw();
    this.#drawn = drawn;
  }

  draw(width, height) {
    const { name, axis, over, lines, spread } = this.#curve;
    const values = [...this.points.flatMap(([, y, from = y, to = y]) => [from, to]), ...(spread ? [0] : [])];
    let low = Math.min(...values), high = Math.max(...values);
    if (high - low < 1e-12) { low -= 0.5; high += 0.5; }
    const pad = (high - low) * 0.08;
    low -= pad; high += pad;
    const first = this.points[0][0], last = Math.max(this.points.at(-1)[0], first + 1);
    const room = width - MARGIN.left - MARGIN.right;
    // A single point would lie on the axis.
    this.x = this.points.length === 1 ? () => MARGIN.left + room / 2 : (v) => MARGIN.left + (v - first) / (last - first) * room;
    const y = (v) => height - MARGIN.bottom - (v - low) / (high - low) * (height - MARGIN.top - MARGIN.bottom);
    grid(this.svg, width, low, high, y);
    across(this.svg, width, height, first, last, this.x, over, this.points.at(-1)[0]);
    upwards(this.svg, height, axis);
    lines.forEach((line, i) => this.#line(line, y, width, height, lines.length > 1 || line.label !== undefined ? lines[i + 1]?.points[0][0] ?? last : undefined));
    const [endX, endY] = this.points.at(-1);
    if (!spread && (this.points.at(-1)[2] === undefined || lines.length === 1)) add(this.svg, "circle", { class: "dot", cx: this.x(endX), cy: y(endY), r: 4 });
    this.svg.setAttribute("aria-label", `${name} by ${over}: ${this.said(this.points[0])}; ${this.said(this.points.at(-1))}. Arrow keys read single points.`);
  }

  /** `until` is where its label has to end; without it there is none. */
  #line({ label, short, points }, y, width, height, until) {
    const at = ([px, py]) => `${this.x(px).toFixed(1)} ${y(py).toFixed(1)}`;
    const band = points.filter(([, , from, to]) => Number.isFinite(from) && Number.isFinite(to));
    if (band.length > 1) {
      const below = band.map(([px, , from]) => at([px, from])), above = band.map(([px, , , to]) => at([px, to])).reverse();
      add(this.svg, "path", { class: "band", d: "M" + [...below, ...above].join("L") + "Z" });
    }
    if (!this.#curve.spread) add(this.svg, "path", { class: "line", d: "M" + points.map(at).join("L") });
    if (band.length === 1) {
      // A band has no area at a single point: there it is a bar.
      const [[px, , from, to]] = band;
      add(this.svg, "path", { class: "line", d: `M${at([px, from])}L${at([px, to])}` });
    }
    if (until === undefined || label === undefined) return;
    const start = this.x(points[0][0]), room = this.x(until) - start;
    const text = [label, short].find((words) => words && words.length * LETTER <= room);
    if (start > MARGIN.left + 1) add(this.svg, "line", { class: "grid", x1: start, x2: start, y1: MARGIN.top - 14, y2: height - MARGIN.bottom });
    if (text) add(this.svg, "text", { class: "axis axis--title", x: start + 3, y: MARGIN.top - 8 }, text);
  }

  said(point) {
    return this.#curve.read(point, point.line);
  }

  rested() {
    return this.said(this.points.at(-1));
  }
}

customElements.define("cf-curve", Curve);

const ROWS_MAX = 200;

/** A curve and its numbers as a table of [term, numeral] pairs of columns; nothing before there is a point. */
export function curve(spec) {
  const rows = spec.lines.flatMap((line) => line.points.map((point) => [point, line])).slice(-ROWS_MAX);
  if (rows.length === 0) return nothing;
  return html`<figure class="chart ${spec.more ?? ""}"><cf-curve .curve=${spec}></cf-curve>
    <details class="as-table"><summary>Show as table</summary><div class="table-tall" tabindex="0" role="group" aria-label="${spec.name} by ${spec.over}"><table class="table table--dense"><thead><tr><th scope="col" class="num">${spec.over.replace(/^./, (c) => c.toUpperCase())}</th>${spec.columns.map(([term]) => html`<th scope="col" class="num">${term}</th>`)}</tr></thead><tbody>${
      rows.map(([point, line]) => html`<tr><td class="num">${count(point[0])}</td>${spec.columns.map(([, value]) => html`<td class="num">${value(point, line)}</td>`)}</tr>`)}</tbody></table></div></details></figure>`;
}
