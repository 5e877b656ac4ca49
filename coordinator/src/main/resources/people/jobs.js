// All jobs, newest first; and the table of jobs that the overview shares.
import { html, nothing } from "./lit-html.js";
import { count, metric, metricName, plural, sentence } from "./format.js";
import { Polled, explain } from "./net.js";
import { command, empty, failed, head, isOver, jobStatus, loading, meter, name, panel, tableBox, time } from "./parts.js";
import { goTo, repaintNow } from "./screen.js";

const PAGE = 50;
const POLL_MILLIS = 3000;

export const noJobs = () => empty("No jobs yet", "A job trains one model over the sites of a study without moving their records.", command("confide job submit job.yaml"));

function row(job, says) {
  const [key, value] = Object.entries(job.metrics).find(([k]) => k === "auc") ?? Object.entries(job.metrics)[0] ?? [];
  return html`<tr role="row"><th role="rowheader" scope="row"><a class="clamp" href="/jobs/${job.id}">${name(job.name)}</a><span class="sub">study ${name(job.study)}</span></th>
    <td role="cell" data-label="State">${jobStatus(job.state)}</td>
    <td role="cell" data-label="Progress">${meter(job.roundsPlanned ? 100 * job.roundsDone / job.roundsPlanned : 0, `${count(job.roundsDone)} of ${plural(job.roundsPlanned, "round")}`)}</td>
    <td role="cell" data-label="Sites">${count(job.rosterSize)} <span class="sub">needs ${job.threshold}</span></td>
    <td role="cell" class="num ${key ? "" : "is-empty"}" data-label=${key ? metricName(key) : "Metric"}>${key ? html`${metric(value)}<span class="sub head-only">${metricName(key)}</span>` : "–"}</td>
    <td role="cell" data-label="Submitted">${time(Date.parse(job.submitted))}</td>
    ${says ? html`<td role="cell" class="full why-cell ${job.reason ? "" : "is-empty"}">${job.reason ? html`<span class="clamp">${sentence(job.reason)}</span>` : nothing}</td>` : nothing}</tr>`;
}

/** A table of jobs under the heading with `id`. */
export function jobTable(id, jobs) {
  const says = jobs.some((job) => job.reason);
  return tableBox(id, html`<table class="table table--cards" role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Job</th><th role="columnheader" scope="col">State</th><th role="columnheader" scope="col">Progress</th><th role="columnheader" scope="col">Sites</th><th role="columnheader" scope="col" class="num">Metric</th><th role="columnheader" scope="col">Submitted</th>${says ? html`<th role="columnheader" scope="col">What it says</th>` : nothing}</tr></thead><tbody role="rowgroup">${jobs.map((job) => row(job, says))}</tbody></table>`);
}

const KINDS = { "": ["All states", () => true], open: ["Not ended", (job) => !isOver(job.state)], completed: ["Completed", (job) => job.state === "COMPLETED"], failed: ["Failed or cancelled", (job) => ["FAILED", "CANCELLED"].includes(job.state)] };

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
    return html`${head({ title: "Jobs", text: jobs ? `${plural(jobs.length, "job")}, newest first.${jobs.some((job) => job.state === "FAILED") ? ` ${count(jobs.filter((job) => job.state === "FAILED").length)} failed.` : ""}` : nothing })}
      ${panel("h-jobs", "All jobs", { end: jobs?.length ? filter(query) : nothing, ...this.#body(jobs, query) })}`;
  }

  #body(jobs, query) {
    if (!jobs) return { body: this.jobs.failure ? failed("Jobs", explain(this.jobs.failure)) : loading("jobs") };
    if (jobs.length === 0) return { body: noJobs() };
    const text = (query.get("q") ?? "").toLowerCase();
    const kind = (KINDS[query.get("state") ?? ""] ?? KINDS[""])[1];
    const matching = jobs.filter((job) => kind(job) && (job.name + " " + job.study).toLowerCase().includes(text));
    const from = Math.min(Math.max(0, Number(query.get("from")) || 0), Math.max(0, matching.length - 1));
    if (matching.length === 0) return { body: html`<div class="empty"><h3>No job matches</h3><p>${plural(jobs.length, "job")} ${jobs.length === 1 ? "is" : "are"} hidden by the filter.</p><button class="btn" type="button" @click=${() => set({ q: "", state: "", from: "" })}>Clear the filter</button></div>` };
    return {
      body: jobTable("h-jobs", matching.slice(from, from + PAGE)),
      foot: matching.length > PAGE ? html`<span>${from + 1} to ${Math.min(from + PAGE, matching.length)} of ${plural(matching.length, "job")}</span><span class="seg">${from > 0 ? html`<button type="button" @click=${() => set({ from: from - PAGE || "" })}>Newer</button>` : nothing}${from + PAGE < matching.length ? html`<button type="button" @click=${() => set({ from: from + PAGE })}>Older</button>` : nothing}</span>` : nothing,
    };
  }
}

/** Filters live in the address, so that a link shows what its sender saw. */
export function set(values) {
  const query = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(values)) value === "" ? query.delete(key) : query.set(key, value);
  goTo(location.pathname + (query.size ? "?" + query : ""), { replace: true });
  repaintNow();
}

const filter = (query) => html`<div class="filter"><label class="vh" for="q">Filter jobs</label><input id="q" type="search" placeholder="Filter jobs" size="18" .value=${query.get("q") ?? ""} @input=${(e) => set({ q: e.target.value, from: "" })}>
  <label class="vh" for="state">State</label><select id="state" @change=${(e) => set({ state: e.target.value, from: "" })}>${Object.entries(KINDS).map(([key, [word]]) => html`<option value=${key} ?selected=${key === (query.get("state") ?? "")}>${word}</option>`)}</select></div>`;
