// One round: what was summed, who was in, what each site did when.
import { html, nothing } from "./lit-html.js";
import { roundSentence } from "./job.js";
import { endedRounds, includedOf } from "./fold.js";
import { apart, count, duration, fromTo, metric, plural, shortHashes, taskWords } from "./format.js";
import { Later } from "./later.js";
import { columns, empty, head, icon, name, panel, stat, status, tableBox, time, words } from "./parts.js";
import { away, lane } from "./lane.js";
import { theatre } from "./theatre.js";
import { JobWatch } from "./watch.js";

export class RoundPage {
  nav = "/jobs";
  #watch;
  #number;
  #changed;
  #proof;

  constructor({ job, round }, changed) {
    this.#changed = changed;
    this.#number = Number(round);
    this.#watch = new JobWatch(job, changed, { keep: this.#number });
  }

  title() {
    return "Round " + this.#number;
  }

  retry() {
    this.#watch.retry();
    this.#proof?.retry();
  }

  stream() {
    return this.#watch.stream;
  }

  close() {
    this.#watch.close();
    this.#proof?.close();
  }

  /** What was signed is asked for once the round has ended; its module comes then. */
  #signed(round) {
    if (!round.outcome) return nothing;
    this.#proof ??= new Later("What was signed", "./proof.js", ({ Proof }) => new Proof(this.#watch.id, this.#number, this.#changed), this.#changed);
    return this.#proof.view((body) => html`<div class="panel">${body}</div>`);
  }

  view(now) {
    const { job, shown: picture } = this.#watch;
    if (!job) return html`${head({ crumbs: [["Jobs", "/jobs"]], title: "Round " + this.#number })}${this.#watch.instead()}`;
    const round = picture.rounds.get(this.#number);
    const crumbs = [["Jobs", "/jobs"], [name(job.name), "/jobs/" + job.id], ["Rounds"]];
    if (!round) {
      return html`${head({ crumbs, title: "Round " + this.#number })}<div class="panel">${empty("This round has not been opened", "It shows here as soon as it is.", html`<a class="btn" href="/jobs/${job.id}">See the job</a>`, 2)}</div>`;
    }
    return html`${head({
      crumbs,
      title: "Round " + round.number,
      chip: chip(round),
      text: round.outcome === "failed" ? shortHashes(round.reason) : html`${words(roundSentence(round, job.threshold, this.#watch.roster))}${why(round)}`,
      actions: siblings(job, picture, round),
    })}${figures(job, round)}${theatre(picture, round, { threshold: job.threshold, opens: job.opens, quiet: Boolean(job.privacy), roster: this.#watch.roster, moment: now, note: taskWords(round.task, picture.folds) })}${this.#signed(round)}${cohort(picture, round, now)}`;
  }
}

const chip = (round) =>
  round.outcome === "done" ? status("ok", "ok", "Closed", true) : round.outcome === "failed" ? status("fail", "fail", "Given up", true) : status("active", "active", "Open", true);

function why(round) {
  const out = [...round.drops].filter(([site]) => round.outcome && !includedOf(round).has(site));
  return out.map(([site, drop]) => html` ${name(site)} is not in it: ${apart(drop.reason)}${away(drop.step)}.`);
}

function siblings(job, picture, round) {
  const newest = Math.max(endedRounds(picture), picture.open ?? 0);
  const before = round.number > 1 ? round.number - 1 : undefined, after = round.number < newest ? round.number + 1 : undefined;
  const to = (n) => `/jobs/${job.id}/rounds/${n}`;
  return html`<nav class="seg" aria-label="Round">${before === undefined ? nothing : html`<a href=${to(before)} aria-label="Round ${before}">${icon("left")}${before}</a>`}<span aria-current="true">${round.number}</span>${after === undefined ? nothing : html`<a href=${to(after)} aria-label="Round ${after}">${after}${icon("right")}</a>`}</nav>`;
}

const figures = (job, round) => html`<dl class="stats">
  ${stat("Included", round.outcome ? String(round.includedCount) : "–", `of ${job.rosterSize}`, `needs ${job.threshold}${round.outcome ? "" : "; the round is open"}`)}
  ${stat("Took", duration(round.took), "", round.openedAt === undefined ? "" : fromTo(round.openedAt, round.endedAt))}
  ${stat("Training loss", metric(round.loss), "", Number.isFinite(round.loss) ? "mean over the sites in the sum" : job.privacy ? "not in the sums of this plan, which has noise" : round.outcome === "done" ? "no training in this round" : "none yet")}
  ${stat("Epoch", String(round.epoch ?? "–"), "", "since the sites last agreed on keys")}
</dl>`;

/** Of more sites only those have a row that are not in the sum, or of an open round whose input is not stored. */
const MANY_SITES = 40;

const strange = (l) => l.dropped || l.absent || l.late;

function cohort(picture, round, now) {
  const elapsed = round.took ?? Math.max(0, (now - (round.openedAt ?? now)) / 1000);
  const all = [...new Set([...round.cohort, ...round.drops.keys()])].map((site) => lane(picture, round, site, elapsed));
  const others = all.length <= MANY_SITES ? all : all.filter((l) => !(l.isIn || (!l.over && !l.dropped && l.steps.uploaded !== undefined)));
  const known = [...others.filter(strange), ...others.filter((l) => !strange(l))].slice(0, MANY_SITES);
  const shown = all.length <= MANY_SITES ? all : known;
  const spared = all.length - others.length;
  // Where everybody is in, nobody votes.
  const voted = all.some((l) => l.steps.signed !== undefined);
  // Whoever is in has its time in a column of its own.
  const why = (l) => (l.isIn ? l.why.replace(/^stored at [^;]*(; )?/, "") : l.why);
  const reasons = shown.some((l) => why(l));
  const t = (value) => (value === undefined ? "–" : duration(value));
  return panel("h-cohort", "Cohort", {
    note: `${plural(round.cohort.length, "site")} asked${round.steps.size ? "; times count from the opening" : ""}`,
    body: shown.length === 0 ? html`<p class="panel__body muted">${round.outcome ? "Every site that was asked is in the sum." : "The input of every site that was asked is stored."}</p>` : tableBox("h-cohort", html`<table class="table table--dense table--cards" role="table">${columns("Site", "Result", ...(reasons ? ["Note"] : []), ["Trained until"], ["Stored"], ...(voted ? [["Signed"]] : []), ["Revealed"])}<tbody role="rowgroup">${shown.map((l) => {
      const at = (term, value) => html`<td role="cell" class=${value === undefined ? "num is-empty" : "num"} data-label=${term}>${t(value)}</td>`;
      return html`<tr role="row"><th role="rowheader" scope="row">${name(l.site)}</th><td role="cell" data-label="Result">${status(l.tone, l.shape, l.word)}</td>${reasons ? html`<td role="cell" class=${why(l) ? nothing : "is-empty"} data-label="Note">${why(l) || "–"}</td>` : nothing}${at("Trained until", l.steps.uploading)}${at("Stored", l.steps.uploaded)}${voted ? at("Signed", l.steps.signed) : nothing}${at("Revealed", l.steps.revealed)}</tr>`;
    })}</tbody></table>`),
    foot: html`${spared ? html`<span>${round.outcome ? `${plural(spared, "site")} ${spared === 1 ? "is" : "are"} in the sum.` : `The input of ${plural(spared, "site")} is stored.`}</span>` : nothing}${shown.length < others.length ? html`<span>The first ${MANY_SITES} of ${count(others.length)} others.</span>` : nothing}<span>Opened at ${time(round.openedAt ?? NaN)}.</span><span>${certified(round)}</span>`,
  });
}

/** What is revealed, and after what. What was signed before is told by “What was signed”. */
function certified(round) {
  switch (round.outcome) {
    case "done": return "Shares are parts of the secrets that hide single inputs; with enough of them this sum was opened, and nothing else. A site reveals its own only after its own process has checked what was signed.";
    case "failed": return "No result of this round is used. How far the sites had agreed says “What was signed”.";
    default: return [...round.steps.values()].some((steps) => steps.revealed !== undefined)
      ? "Sites reveal shares now, each after its own process has checked what was signed in this round."
      : "Nothing is revealed yet: a site reveals shares only after its own process has checked what was signed in this round.";
  }
}
