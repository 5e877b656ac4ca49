// All jobs, newest first; and the table of jobs that the overview shares.
import { html, nothing } from "./lit-html.js";
import { count, metric, metricName, plural, sentence, shortId, spent } from "./format.js";
import { Polled, explain } from "./net.js";
import { command, empty, failed, head, isOver, jobStatus, loading, meter, name, panel, stat, tableBox, time, words } from "./parts.js";
import { goTo, repaintNow } from "./screen.js";

const PAGE = 50;
const POLL_MILLIS = 3000;

export const noJobs = () => empty("No jobs yet", "A job trains one model over the sites of a study without moving their records.", command("confide job submit job.yaml"));

/** What the rounds of a job have spent of its promise; `now` is more than a list knows, where its events are watched. */
export function privacyMeter({ spent: so, spentNow = 0 }) {
  if (!so) return html`<span class="muted">–</span>`;
  const epsilon = Math.max(so.epsilon, spentNow);
  return meter(100 * epsilon / so.total, `ε\u00a0${spent(epsilon)} of ${spent(so.total)}`, "meter--privacy");
}

function row(job, { says, priv, good, shared }) {
  const [key, value] = Object.entries(job.metrics).find(([k]) => k === "auc") ?? Object.entries(job.metrics)[0] ?? [];
  return html`<tr role="row"><th role="rowheader" scope="row"><a class="clamp" href="/jobs/${job.id}">${name(job.name)}</a><span class="sub">study ${name(job.study)}${shared.has(job.name) ? html`, job ${shortId(job.id)}` : nothing}</span></th>
    <td role="cell" data-label="State">${jobStatus(job.state)}${job.state === "QUEUED" && job.priority !== "normal" ? html`<span class="sub">${job.priority} priority</span>` : nothing}</td>
    <td role="cell" data-label="Progress">${meter(job.roundsPlanned ? 100 * job.roundsDone / job.roundsPlanned : 0, `${count(job.roundsDone)} of ${plural(job.roundsPlanned, "round")}`)}</td>
    ${priv ? html`<td role="cell" class=${job.spent ? "" : "is-empty"} data-label="Privacy spent">${privacyMeter(job)}</td>` : nothing}
    <td role="cell" data-label="Sites">${count(job.rosterSize)} <span class="sub">needs ${job.needed}</span></td>
    ${good ? html`<td role="cell" class="num ${key ? "" : "is-empty"}" data-label=${key ? metricName(key) : "Metric"}>${key ? html`${metric(value)}<span class="sub head-only">${metricName(key)}</span>` : "–"}</td>` : nothing}
    <td role="cell" data-label="Submitted">${time(Date.parse(job.submitted))}</td>
    ${says ? html`<td role="cell" class="full why-cell ${job.reason ? "" : "is-empty"}">${job.reason ? html`<span class="clamp clamp--more">${words(sentence(job.reason.split("; missing:")[0]))}</span>` : nothing}</td>` : nothing}</tr>`;
}

/** The names that more than one of these jobs has: they need the beginning of their ids, too. */
export const twice = (jobs) => new Set(jobs.filter((job, i) => jobs.findIndex((other) => other.name === job.name) !== i).map((job) => job.name));

/** A table of jobs under the heading with `id`: groups of [title, jobs], of which one without a title has no heading. */
export function jobTable(id, groups) {
  const jobs = groups.flatMap(([, of]) => of);
  const shows = { says: jobs.some((job) => job.reason), priv: jobs.some((job) => job.spent), good: jobs.some((job) => Object.keys(job.metrics).length), shared: twice(jobs) };
  const terms = ["Job", "State", "Progress", ...(shows.priv ? ["Privacy spent"] : []), "Sites", ...(shows.good ? ["Metric"] : []), "Submitted", ...(shows.says ? ["What it says"] : [])];
  return tableBox(id, html`<table class="table table--cards table--jobs" role="table"><thead role="rowgroup"><tr role="row">${terms.map((term) => html`<th role="columnheader" scope="col" class=${term === "Metric" ? "num" : nothing}>${term}</th>`)}</tr></thead>${groups.map(([title, of]) => html`<tbody role="rowgroup">${
    title ? html`<tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan=${terms.length}>${title}</th></tr>` : nothing}${of.map((job) => row(job, shows))}</tbody>`)}</table>`);
}

/** What a queue is looked at for, most urgent first. */
const GROUPS = [
  ["Running", (job) => ["TRAINING", "KEY_SETUP"].includes(job.state)],
  ["Waiting", (job) => ["QUEUED", "AWAITING_APPROVAL", "PAUSED"].includes(job.state)],
  ["Failed or cancelled", (job) => ["FAILED", "CANCELLED"].includes(job.state)],
  ["Completed", (job) => job.state === "COMPLETED"],
];

/** The jobs in the order of their groups; within one the newest first. */
const grouped = (jobs) => GROUPS.flatMap(([, test]) => jobs.filter(test));

/** A page of `grouped` jobs, under the names of their groups with how many there are in all. */
const titled = (shown, all) => GROUPS.map(([title, test]) => [`${title}: ${count(all.filter(test).length)}`, shown.filter(test)]).filter(([, of]) => of.length);

const KINDS = { "": ["All states", () => true], open: ["Not ended", (job) => !isOver(job.state)], running: GROUPS[0], waiting: GROUPS[1], failed: GROUPS[2], completed: GROUPS[3] };

/** What an address chooses of `kinds`, or all. */
export const chosen = (kinds, key) => kinds[key !== null && Object.hasOwn(kinds, key) ? key : ""];

export class JobsPage {
  nav = "/jobs";

  constructor(_, changed) {
    this.jobs = new Polled("/jobs?view=brief", POLL_MILLIS, changed);
  }

  title() {
    return "Jobs";
  }

  retry() {
    this.jobs.refresh(false);
  }

  close() {
    this.jobs.close();
  }

  view() {
    const jobs = this.jobs.value;
    const query = new URLSearchParams(location.search);
    return html`${head({ title: "Jobs", text: jobs ? `${plural(jobs.length, "job")}: what runs is first, then what waits, what failed and what is done; newest first in each.` : nothing })}
      ${jobs?.length ? figures(jobs) : nothing}
      ${panel("h-jobs", "All jobs", { end: jobs?.length ? filter(query) : nothing, ...this.#body(jobs, query) })}`;
  }

  #body(jobs, query) {
    if (!jobs) return { body: this.jobs.failure ? failed("Jobs", explain(this.jobs.failure)) : loading("jobs") };
    if (jobs.length === 0) return { body: noJobs() };
    const text = (query.get("q") ?? "").toLowerCase();
    const [, kind] = chosen(KINDS, query.get("state"));
    const matching = grouped(jobs.filter((job) => kind(job) && (job.name + " " + job.study).toLowerCase().includes(text)));
    const from = Math.min(Math.max(0, Number(query.get("from")) || 0), Math.max(0, matching.length - 1));
    if (matching.length === 0) return { body: html`<div class="empty"><h3>No job matches</h3><p>${plural(jobs.length, "job")} ${jobs.length === 1 ? "is" : "are"} hidden by the filter.</p><button class="btn" type="button" @click=${() => set({ q: "", state: "", from: "" })}>Clear the filter</button></div>` };
    return {
      body: jobTable("h-jobs", titled(matching.slice(from, from + PAGE), matching)),
      foot: matching.length > PAGE ? html`<span>${from + 1} to ${Math.min(from + PAGE, matching.length)} of ${plural(matching.length, "job")}</span><span class="seg">${from > 0 ? html`<button type="button" @click=${() => set({ from: from - PAGE || "" })}>Before</button>` : nothing}${from + PAGE < matching.length ? html`<button type="button" @click=${() => set({ from: from + PAGE })}>After</button>` : nothing}</span>` : nothing,
    };
  }
}

const figures = (jobs) => {
  const of = (...states) => count(jobs.filter((job) => states.includes(job.state)).length);
  return html`<dl class="stats">
    ${stat("Running", of("TRAINING", "KEY_SETUP"), "", of("KEY_SETUP") === "0" ? "" : `${of("KEY_SETUP")} of them set up keys`)}
    ${stat("Waiting", of("QUEUED", "AWAITING_APPROVAL", "PAUSED"), "", `${of("QUEUED") === "0" ? "" : `${of("QUEUED")} in the queue, `}${of("AWAITING_APPROVAL")} for approval, ${of("PAUSED")}\u00a0paused`)}
    ${stat("Failed or cancelled", of("FAILED", "CANCELLED"), "", `${of("FAILED")} failed, ${of("CANCELLED")} cancelled`)}
    ${stat("Completed", of("COMPLETED"), "of " + count(jobs.length), of("COMPLETED") === "0" ? "" : "each has made a model")}
  </dl>`;
};

/** Filters live in the address, so that a link shows what its sender saw. */
export function set(values) {
  const query = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(values)) value === "" ? query.delete(key) : query.set(key, value);
  goTo(location.pathname + (query.size ? "?" + query : ""), { replace: true });
  repaintNow();
}

const filter = (query) => html`<div class="filter"><label class="vh" for="q">Filter jobs</label><input id="q" type="search" placeholder="Filter jobs" size="18" .value=${query.get("q") ?? ""} @input=${(e) => set({ q: e.target.value, from: "" })}>
  <label class="vh" for="state">State</label><select id="state" @change=${(e) => set({ state: e.target.value, from: "" })}>${Object.entries(KINDS).map(([key, [word]]) => html`<option value=${key} ?selected=${key === (query.get("state") ?? "")}>${word}</option>`)}</select></div>`;
