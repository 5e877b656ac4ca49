// One job: how far it is, who is in, whether it learns.
import { html, nothing } from "./lit-html.js";
import { JobActions } from "./actions.js";
import { against, groups, privacyNow } from "./budget.js";
import { cost } from "./cost.js";
import { curves, evaluatedOver } from "./curves.js";
import { feed } from "./feed.js";
import { closedRounds, lastClosed, lastSums, medianRound, notAsked } from "./fold.js";
import { count, delta, duration, list, metric, metricName, metricValue, metrics, plural, roughly, sentence, shortHash, shortHashes, shortId, small, spent, taskWords } from "./format.js";
import { Later } from "./later.js";
import { alert, command, head, isOver, jobStatus, name, panel, sites, stat, status, tableBox, time, words } from "./parts.js";
import { privacySpent } from "./stairs.js";
import { inclusion } from "./strip.js";
import { theatre } from "./theatre.js";
import { JobWatch } from "./watch.js";

const FAST_SECONDS = 2;
const SHOWN_MILLIS = 2000;
const OLD_MILLIS = 5000;
/** More than these are not named one by one where they all did the same. */
const MANY_SITES = 40;

export class JobPage {
  nav = "/jobs";
  #watch;
  #actions;
  #shown = { number: undefined, at: 0 };

  #changed;
  #plan;

  constructor({ job }, changed) {
    this.#changed = changed;
    this.#watch = new JobWatch(job, changed);
    this.#actions = new JobActions(this.#watch);
  }

  title() {
    return this.#watch.job?.name ?? "Job";
  }

  retry() {
    this.#watch.retry();
    this.#plan?.retry();
  }

  stream() {
    return this.#watch.stream;
  }

  close() {
    this.#plan?.close();
    this.#watch.close();
  }

  view(now) {
    const { job, shown: picture } = this.#watch;
    if (!job) return html`${head({ crumbs: [["Jobs", "/jobs"]], title: "Job" })}${this.#watch.instead()}`;
    const median = medianRound(picture);
    const fast = median < FAST_SECONDS;
    return html`${jobHead(job, this.#actions.view(job))}
      ${notice(job)}
      ${numbers(job, picture, { median, over: evaluatedOver(picture, this.#watch.roster), now })}
      ${this.#round(job, picture, fast, now)}
      ${learned(job, picture, this.#watch.roster)}
      <div class="cols"><div class="c7 stack">${inclusion(picture, this.#watch.roster, job.threshold)}${picture.rounds.size ? nothing : verdicts(job)}${evaluation(job, evaluatedOver(picture, this.#watch.roster))}${plan(job, picture, this.#planned())}${picture.rounds.size ? verdicts(job) : nothing}</div>
        <div class="c5 stack">${feed(picture, fast || this.#watch.roster.length > MANY_SITES, { more: "", most: this.#watch.roster.length > MANY_SITES ? 6 : 14 })}${cost(job, closedRounds(picture), { median, sums: lastSums(picture).length, at: this.#watch.polled.at })}</div></div>`;
  }

  /** The whole plan is asked for, and its module comes, when somebody opens it. */
  #planned() {
    return html`<details class="as-table" @toggle=${(event) => { if (event.target.open) this.#openPlan(); }}><summary>The whole plan, and what is new in it</summary>${this.#plan?.view() ?? nothing}</details>`;
  }

  #openPlan() {
    this.#plan ??= new Later("The whole plan", "./plan.js", ({ PlanDetails }) => new PlanDetails(this.#watch.id, this.#changed), this.#changed);
    this.#changed();
  }

  /** The open round; of a fast job the last closed one, a new one at most every two seconds. */
  #round(job, picture, fast, now) {
    const last = lastClosed(picture);
    const open = picture.rounds.get(picture.open);
    if (!open && !last) return nothing;
    if (!fast || !last || (open && now - open.openedAt > 2 * FAST_SECONDS * 1000)) {
      return theatre(picture, open ?? last, this.#around(job, picture, open ?? last, "", now));
    }
    // While the events of a long job still come, what was newest a moment ago is old.
    const old = closedAt(last) - closedAt(picture.rounds.get(this.#shown.number)) > OLD_MILLIS;
    if (this.#shown.number === undefined || job.state !== "TRAINING" || old || now - this.#shown.at >= SHOWN_MILLIS) {
      this.#shown = { number: last.number, at: now };
    }
    // Numbers have no gaps: what was not told has closed too.
    const newer = last.number - this.#shown.number;
    const more = job.state !== "TRAINING" ? "" : newer > 0 ? `a round is shown at most every ${roughly(SHOWN_MILLIS / 1000)}, ${count(newer)} newer ${newer === 1 ? "has" : "have"} closed` : "the last one that closed";
    return theatre(picture, picture.rounds.get(this.#shown.number), this.#around(job, picture, picture.rounds.get(this.#shown.number), more, now));
  }

  #around(job, picture, round, more, now) {
    return {
      threshold: job.threshold,
      opens: job.opens,
      quiet: Boolean(job.privacy),
      roster: this.#watch.roster,
      moment: now,
      note: html`${taskWords(round.task, picture.folds)}${more ? html`, ${more}` : nothing}. ${words(round.outcome === "failed" ? shortHashes(round.reason) : roundSentence(round, job.threshold, this.#watch.roster))}`,
      end: html`<a class="btn btn--sm" href="/jobs/${job.id}/rounds/${round.number}">Open round ${round.number}</a>`,
    };
  }
}

/** Curves; of a job with a guarantee beside what it has spent. */
function learned(job, picture, roster) {
  const drawn = curves(job, picture, roster);
  return job.privacy ? html`<div class="cols cols--even">${privacySpent(job, picture, drawn === nothing ? "" : "c7")}${drawn}</div>` : drawn;
}

/** One sentence on who is in and what is awaited. */
export function roundSentence(round, threshold, roster) {
  const stored = [...round.steps.values()].filter((steps) => steps.uploaded !== undefined).length;
  const n = Math.max(roster.length, round.cohort.length);
  const left = notAsked(round, roster);
  const without = left.length ? ` (${list(left)} not asked)` : "";
  if (round.outcome === "done") return `${round.includedCount} of ${n}${without} are in the sum; it took ${duration(round.took)}.`;
  const waiting = round.cohort.filter((site) => round.steps.get(site)?.uploaded === undefined && !round.drops.has(site));
  const enough = stored >= threshold ? `enough to close` : `${threshold} are needed`;
  return `${stored} of ${n} inputs are stored${without}, ${enough}.${waiting.length ? " Waiting for " + list(waiting) + "." : ""}`;
}

const jobHead = (job, actions) => head({
  crumbs: [["Jobs", "/jobs"], [html`Study ${name(job.study)}`]],
  title: name(job.name),
  chip: jobStatus(job.state, true),
  text: html`Submitted by ${name(job.owner)} at ${time(Date.parse(job.submitted))}${job.ended ? html`, ended at ${time(Date.parse(job.ended))}` : nothing}${job.retryOf ? html`, a retry of <a href="/jobs/${job.retryOf}">job ${shortId(job.retryOf)}</a>` : nothing}.`,
  actions,
});

/** What a person should know or do now, in the coordinator's words. */
function notice(job) {
  if (!job.reason) return nothing;
  const reason = sentence(job.reason);
  if (job.state === "FAILED") {
    // The last sentence of a failure says what to do: there is one next step and not two.
    const [, what = reason, todo] = /^(.*\.) (\p{Lu}[^.]*\.)$/su.exec(reason) ?? [];
    return html`<div class="alert--box alert--fail">${alert("fail", "fail", { level: 2, title: "The job has failed", text: what, next: todo?.replace(/^./u, (c) => c.toLowerCase()) ?? "retry it when the cause is gone; a job that ended cannot be resumed." })}</div>`;
  }
  if (job.state === "CANCELLED") return html`<div class="alert--box alert--info">${alert("info", "off", { level: 2, title: "The job was cancelled", text: reason })}</div>`;
  if (job.state === "AWAITING_APPROVAL") return html`<div class="alert--box alert--info">${alert("info", "wait", { level: 2, title: "The plan waits for approval", text: reason, next: /which is enough/.test(reason.split("; missing:")[0]) ? "nothing has to be done." : "ask the stewards of the sites that are missing to read and approve the plan." })}</div>`;
  if (job.state === "QUEUED") return html`<div class="alert--box alert--info">${alert("info", "wait", { level: 2, title: "The job waits in the queue", text: sentence(job.reason.replace(/^Waits in the queue: /, "")), next: "nothing has to be done; it begins by itself when there is a place." })}</div>`;
  if (job.state === "PAUSED") return html`<div class="alert--box alert--info">${alert("info", "hold", { level: 2, title: "The job is paused", text: reason, next: "resume it when it should go on; no round starts before, and nothing is lost." })}</div>`;
  if (job.pausedBy && job.state === "TRAINING") return html`<div class="alert--box alert--info">${alert("info", "hold", { level: 2, title: "The job pauses after this round", text: reason })}</div>`;
  return html`<div class="alert--box alert--warn">${alert("warn", "wait", { level: 2, title: "The job waits", text: reason })}</div>`;
}

/** When a round closed; of none, or where it is not known, never. */
const closedAt = (round) => (round?.openedAt === undefined ? NaN : round.openedAt + 1000 * (round.took ?? 0));

/** A round that takes longer than most says nothing of when it ends. */
function remaining(left, median, open, now) {
  const slow = open && now - open.openedAt > 1500 * median + 1000;
  return !slow ? `about ${roughly(left * median)} left` : left > 1 ? `about ${roughly((left - 1) * median)} after this one` : "the last one";
}

function numbers(job, picture, { median, over, now }) {
  const open = picture.rounds.get(picture.open);
  const rounds = closedRounds(picture);
  const last = rounds.findLast((round) => round.outcome === "done");
  const lately = lastSums(picture);
  const slowest = lately.reduce((slow, round) => (round.took > (slow?.took ?? 0) ? round : slow), undefined);
  const left = job.roundsPlanned - job.roundsDone;
  const loss = [...rounds].reverse().find((round) => Number.isFinite(round.loss));
  const [key, value] = Object.entries(job.metrics).find(([k]) => k === "auc") ?? Object.entries(job.metrics)[0] ?? [];
  const failures = rounds.filter((round) => round.outcome === "failed").length;
  return html`<dl class="stats">
    ${stat("Rounds", count(job.roundsDone), "of " + count(job.roundsPlanned), isOver(job.state) ? (failures ? plural(failures, "round") + " given up" : "") : job.state === "TRAINING" && Number.isFinite(median) && left > 0 ? remaining(left, median, open, now) : "")}
    ${open && !(median < FAST_SECONDS)
      ? stat("Inputs this round", String([...open.steps.values()].filter((s) => s.uploaded !== undefined).length), `of ${job.rosterSize}`, `needs ${job.threshold}`)
      : stat("In the last sum", last ? String(last.includedCount) : "–", last ? `of ${job.rosterSize}` : "", `needs ${job.threshold}${last?.drops.size ? ", without " + list([...last.drops.keys()]) : ""}`)}
    ${key ? stat(metricName(key), metric(value), "", over) : job.privacy ? stat("Privacy spent", "ε\u00a0" + spent(privacyNow(job, picture)), "of " + spent(job.privacy.epsilon), "charged by each site’s own ledger") : stat("Training loss", metric(loss?.loss), "", loss ? "round " + loss.number : "none yet")}
    ${stat("Median round", duration(median), "", slowest ? `of the last ${plural(lately.length, "sum")}; slowest ${duration(slowest.took)}` : "none yet")}
  </dl>`;
}

const privacy = (job) => job.privacy
  ? `Privacy: ε\u00a0≤\u00a0${spent(job.privacy.epsilon)} at δ\u00a0=\u00a0${delta(job.privacy.delta)} for every ${job.privacy.unit}, added or removed, ${job.privacy.samplingRate < 1 ? `drawn into a round with a chance of ${small(job.privacy.samplingRate)}` : "in every round"}, over at most ${count(job.privacy.commits)} commits, with ${sites(job.privacy.observers[0].survivors)} in every sum. It bounds what can be learnt of one: ${job.privacy.observers.map((o) => `by ${against(o.observer)}, ε\u00a0${spent(o.epsilon)}`).join("; ")}.`
  : !job.cost ? "The plan was kept by another version of Confide, so what it promises every record and what it costs are not shown."
  : "No differential privacy in this plan, so no ε is shown: sums and the model are exact.";

const evaluation = (job, over) => Object.keys(job.metrics).length === 0 ? nothing : panel("h-metrics", "Evaluation", {
  note: over,
  body: html`<div class="panel__body"><dl class="kv kv--wide">${metrics(job.metrics).map(([key, value]) => html`<div><dt>${metricName(key)}</dt><dd>${metricValue(key, value)}</dd></div>`)}</dl></div>`,
});

const plan = (job, picture, whole) => panel("h-plan", "Plan", {
  note: { AWAITING_APPROVAL: "frozen, waits for approval", QUEUED: "frozen, waits in the queue" }[job.state] ?? "frozen",
  end: html`<span class="small">Plan hash <span class="hash" tabindex="0" title=${job.planHash}>${shortHash(job.planHash)}</span></span>`,
  body: html`<div class="panel__body"><dl class="kv kv--wide">
    <div><dt>Roster</dt><dd>${sites(job.rosterSize)}</dd></div>
    ${groups(job) > 1 ? html`<div><dt>Groups</dt><dd>${groups(job)}, summed apart; a site hides among its own group</dd></div>` : nothing}
    <div><dt>Inputs in a sum</dt><dd>at least ${job.threshold} of ${groups(job) > 1 ? "a group" : job.rosterSize}, or it is not opened${job.opens < job.threshold ? html`; the shares of ${job.opens} sites open it` : nothing}</dd></div>
    <div><dt>Rounds planned</dt><dd>${count(job.roundsPlanned)}</dd></div>
    <div><dt>Priority in the queue</dt><dd>${job.priority}${job.state === "QUEUED" && job.priority !== "high" ? "; waiting raises it" : nothing}</dd></div>
    <div><dt>Epoch</dt><dd>${picture.epoch?.number ?? (job.epoch || "none yet")}${picture.epoch?.number ?? job.epoch ? ": the rounds since the sites last agreed on keys" : nothing}</dd></div>
  </dl>${whole}</div>`,
  foot: html`<span>${privacy(job)}</span>`,
});

/** A site’s answer that a steward there has to give, which is the same command at each. */
const WAITS = /^pending-approval: This plan waits for approval: confide participant approve --plan [0-9a-f]+\.$/;

function verdicts(job) {
  if (job.state === "QUEUED") return panel("h-verdicts", "What each site says of the plan", { note: "not asked yet", body: html`<p class="panel__body muted">Sites are asked when the job leaves the queue.</p>` });
  const waiting = Object.values(job.siteVerdicts).some((text) => WAITS.test(text));
  const why = (text) => (WAITS.test(text) || !text.includes(":") ? "" : shortHashes(text.slice(text.indexOf(":") + 1).trim()));
  const entries = Object.entries(job.siteVerdicts);
  const tone = (text) => (/^(permitted|approved)/i.test(text) ? ["ok", "ok"] : /^no answer/i.test(text) ? ["idle", "next"] : ["warn", "wait"]);
  const word = (text) => { const first = shortHashes(text).toLowerCase().split(":")[0]; return first === "pending-approval" ? "Not approved yet" : first.charAt(0).toUpperCase() + first.slice(1); };
  const permitted = entries.filter(([, text]) => tone(text)[0] === "ok").length;
  if (entries.length > MANY_SITES) entries.splice(0, Infinity, ...entries.filter(([, text]) => tone(text)[0] !== "ok").slice(0, MANY_SITES));
  const reasons = entries.some(([, text]) => why(text));
  return panel("h-verdicts", "What each site says of the plan", {
    note: `permitted by ${permitted} of ${sites(job.rosterSize)}`,
    body: html`${waiting ? html`<div class="panel__body stack"><p>A steward reads and approves it where the site runs:</p>${command("confide participant approve --plan " + shortId(job.planHash))}</div>` : nothing}${
      entries.length === 0 ? html`<p class="panel__body muted">${permitted ? "Every site that has answered permits it." : "No site has answered yet."}</p>` : tableBox("h-verdicts", html`<table class="table table--dense table--wrap"><thead><tr><th scope="col">Site</th><th scope="col">Answer</th>${reasons ? html`<th scope="col">Why</th>` : nothing}</tr></thead><tbody>${
        entries.map(([site, text]) => html`<tr><th scope="row">${name(site)}</th><td>${status(...tone(text), word(text))}</td>${reasons ? html`<td>${words(why(text))}</td>` : nothing}</tr>`)}</tbody></table>`)}`,
  });
}
