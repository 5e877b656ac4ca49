// The small parts that every page is made of. All text goes through lit-html's bindings, which escape it.
import { html, nothing, svg } from "./lit-html.js";
import { ago, clock, plural, unmarked } from "./format.js";

export const icon = (name, more = "") => html`<svg class="i ${more}" aria-hidden="true">${svg`<use href=${"#i-" + name} />`}</svg>`;

/** Names up to this length are never broken at a hyphen, nor are words up to this one in sentences, which have more room. */
const WHOLE_MAX = 16;
const WHOLE_IN_SENTENCES_MAX = 24;
const MAIL_MAX = 48;

/** Text that somebody else chose: kept apart from its surroundings, whatever direction it runs in. */
export const name = (text) => html`<bdi class="name ${String(text).length <= WHOLE_MAX ? "keep" : ""}">${unmarked(text)}</bdi>`;

/** A sentence in which names of sites, and options of commands, are not broken at their hyphens. */
export const words = (text) => (typeof text === "string" && text.includes("-")
  ? text.split(/(\S*-\S*)/).map((part) => (part.includes("-") && part.length <= WHOLE_IN_SENTENCES_MAX ? html`<span class="keep">${part}</span>` : part))
  : text);

/** Text in which a mail address breaks before its @ only. */
export const mail = (text) => html`<bdi class="name">${unmarked(text).split(/(\S+@\S+)/).map((part) => {
  const at = part.indexOf("@");
  return at > 0 && part.length <= MAIL_MAX ? html`<span class="keep">${part.slice(0, at)}</span><wbr><span class="keep">${part.slice(at)}</span>` : part;
})}</bdi>`;

/** Shape, word and colour. `tone`: ok, active, warn, fail or idle. */
export const status = (tone, shape, word, chip = false) =>
  html`<span class="status status--${tone} ${chip ? "status--chip" : ""}">${icon(shape)}${word}</span>`;

const JOB = {
  QUEUED: ["idle", "wait", "Waits in the queue"],
  AWAITING_APPROVAL: ["idle", "wait", "Waits for approval"],
  KEY_SETUP: ["active", "active", "Sets up keys"],
  TRAINING: ["active", "active", "Running"],
  PAUSED: ["idle", "hold", "Paused"],
  COMPLETED: ["ok", "ok", "Completed"],
  FAILED: ["fail", "fail", "Failed"],
  CANCELLED: ["idle", "off", "Cancelled"],
};

export const jobStatus = (state, chip) => status(...(JOB[state] ?? ["idle", "next", String(state)]), chip);

export const isOver = (state) => ["COMPLETED", "FAILED", "CANCELLED"].includes(state);

/** Absolute and relative time together. */
export function time(millis) {
  if (!Number.isFinite(millis)) return html`–`;
  return html`<span class="keep"><time datetime=${new Date(millis).toISOString()}>${clock(millis)}</time><span class="muted"><span class="dot"> · </span><span class="ago">${ago(millis)}</span></span></span>`;
}

/** A part of a whole, 0 to 100, with what it means in words. */
export const meter = (percent, text, tone = "") => html`<div class="meter ${tone}"><div class="meter__bar" aria-hidden="true"><i .style=${"--v:" + Math.max(0, Math.min(100, percent))}></i></div><span class="meter__text">${text}</span></div>`;

const FACTS = ["registered", "configured", "training", "uploaded", "included"];
const WORDS = { y: "yes", now: "now", late: "late", x: "dropped", unknown: "not known", "": "no" };

/** The five facts of a site; each y (yes), now, late, x (dropped), unknown or empty (not yet). */
export const facts = (site, states) => html`<span class="facts" role="img" aria-label=${(site ? site + ": " : "") + FACTS.map((fact, i) => fact + " " + WORDS[states[i]]).join(", ")}>${states.map((state) => html`<i class=${state}></i>`)}</span>`;

export const factsHead = () => html`<span class="facts-head">${FACTS.map((fact) => html`<abbr title=${fact}>${fact[0].toUpperCase()}</abbr>`)}</span>`;

/** `letters` says whether they stand over the facts. */
export const factsKey = (letters = false) => html`<div class="facts-key"><span>${letters ? html`<b>R C T U I</b>` : "The five facts of a site:"} registered, configured (asked in this round), training, uploaded, included</span>${
  Object.keys(WORDS).map((state) => html`<span><span class="facts"><i class=${state}></i></span>${WORDS[state]}</span>`)}</div>`;

/** One thing to know: what happened, the consequence, the next step. `level` is 2 where no heading stands between it and the page’s. */
export const alert = (tone, shape, { title, text, next, side = nothing, level = 3 }) => html`
  <article class="alert alert--${tone}">${icon(shape)}
    <div>${level === 2 ? html`<h2>${words(title)}</h2>` : html`<h3>${words(title)}</h3>`}${text ? html`<p>${words(text)}</p>` : nothing}${next ? html`<p class="next">${words(next)}</p>` : nothing}</div>
    <div class="alert__side">${side}</div>
  </article>`;

/** A panel with a heading; `id` is unique on the page. */
export const panel = (id, title, { note = nothing, end = nothing, body, foot = nothing, more = "" }) => html`
  <section class="panel ${more}" aria-labelledby=${id}>
    <div class="panel__head"><h2 id=${id}>${title}</h2>${note === nothing ? nothing : html`<p>${words(note)}</p>`}${end}</div>
    ${body}
    ${foot === nothing ? nothing : html`<div class="panel__foot">${foot}</div>`}
  </section>`;

export const tableBox = (id, table) => html`<div class="table-scroll" role="group" aria-labelledby=${id} tabindex="0">${table}</div>`;

/** The head of a table whose rows become cards where there is little room; a [word] is over numerals. */
export const columns = (...words) => html`<thead role="rowgroup"><tr role="row">${words.map((word) => html`<th role="columnheader" scope="col" class=${Array.isArray(word) ? "num" : nothing}>${word}</th>`)}</tr></thead>`;

export const stat = (term, value, of = "", note = "") => html`<div class="stat"><dt>${term}</dt><dd>${value}${of ? html` <span class="of keep">${of}</span>` : nothing}</dd>${note ? html`<dd class="note">${words(note)}</dd>` : nothing}</div>`;

/** The page's head: crumbs are [text, address] pairs, of which the last may be without an address. */
export const head = ({ crumbs = [], title, chip = nothing, text = nothing, actions = nothing }) => html`
  <div class="page-head">
    <div class="page-head__text">
      ${crumbs.length ? html`<ol class="crumbs">${crumbs.map(([word, href]) => html`<li>${href ? html`<a href=${href}>${word}</a>` : word}</li>`)}</ol>` : nothing}
      <div class="page-head__title"><h1 tabindex="-1">${title}</h1>${chip}</div>
      ${text === nothing ? nothing : html`<p>${words(text)}</p>`}
    </div>
    ${actions === nothing ? nothing : html`<div class="actions">${actions}</div>`}
  </div>`;

/** A ring of seven sites around what they make. */
const MOTIF = [[22, 6], [34.5, 12], [37.6, 25.6], [28.9, 36.4], [15.1, 36.4], [6.4, 25.6], [9.5, 12]];

/** `level` is 2 where no heading stands between it and the page’s. */
export const empty = (title, text, more = nothing, level = 3) => html`<div class="empty">
  <svg class="motif" viewBox="0 0 44 44" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">${MOTIF.map(([x, y]) => svg`<circle cx=${x} cy=${y} r="3.5" stroke-dasharray="2.2 1.6" />`)}<circle cx="22" cy="22" r="4.5" fill="currentColor" stroke="none"/></svg>
  ${level === 2 ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`}<p>${text}</p>${more}</div>`;

/** Lines of the size that the real ones will have. */
export const loading = (what, lines = 4) => html`<div class="panel__body sk-lines" aria-busy="true">${
  Array.from({ length: lines }, () => html`<span class="sk"></span>`)}<span class="vh" role="status">Loading ${what}…</span></div>`;

/** `again`, if it is there, is what a button for another try does; `level` as of `empty`. */
export const failed = (what, { what: text, next, reference }, again, level = 3) => html`${alert("fail", "fail", { level, title: what + " could not be read", text, next, side: again ? html`<button class="btn btn--sm" type="button" @click=${again}>Try again</button>` : nothing })}
  <div class="panel__foot"><span>Reference <span class="hash">${reference}</span></span></div>`;

/** Something to paste into a terminal. */
export const command = (text) => html`<div class="cmd"><pre tabindex="0">${text}</pre><button class="btn btn--sm" type="button" data-copy=${text}>Copy</button></div>`;

export const sites = (n) => plural(n, "site");
