// Is anything stuck, and what should I do now?
import { html, nothing } from "./lit-html.js";
import { privacyNow } from "./budget.js";
import { feed } from "./feed.js";
import { lastClosed, lastSums, medianRound } from "./fold.js";
import { apartIn, count, delta, duration, list, plural, sentence, shortHashes, shortId, spent } from "./format.js";
import { jobTable, noJobs, twice } from "./jobs.js";
import { Polled, explain } from "./net.js";
import { alert, empty, facts, factsKey, failed, head, isOver, loading, name, panel, stat, status, time, words } from "./parts.js";
import { lane } from "./lane.js";
import { JobWatch } from "./watch.js";

const POLL_MILLIS = 3000;
const DAY = 86_400_000;
const JOBS_MAX = 8;
const ALERTS_MAX = 6;
const TILES_MAX = 42;
/** Of more sites than that only so many have a tile. */
const TILES_OF_MANY = 14;
/** Of more jobs than the one nearest its end so many are named with what they have spent. */
const OTHERS_MAX = 2;

/** Alerts whose text begins with a name; the others tell the coordinator’s reason. */
const OWN_WORDS = new Set(["SITE_OFFLINE", "BELOW_THRESHOLD"]);

/** What to do, with the command of the site set off. */
const todo = (text) => text.split(/(confide participant doctor)/).map((part, i) => (i % 2 ? html`<code class="keep">${part}</code>` : words(part)));

export class OverviewPage {
  nav = "/";
  #changed;
  #watch;

  constructor(_, changed) {
    this.#changed = changed;
    this.jobs = new Polled("/jobs?view=brief", POLL_MILLIS, () => { this.#follow(); changed(); });
    this.sites = new Polled("/sites?view=brief", POLL_MILLIS, changed);
    this.alerts = new Polled("/alerts", POLL_MILLIS, changed);
  }

  title() {
    return "Overview";
  }

  retry() {
    for (const polled of [this.jobs, this.sites, this.alerts]) polled.refresh(false);
    this.#watch?.retry();
  }

  stream() {
    return this.#watch?.stream;
  }

  close() {
    for (const polled of [this.jobs, this.sites, this.alerts]) polled.close();
    this.#watch?.close();
  }

  /** Watches the newest job that runs, or else the newest one; one in the queue has nothing to watch yet. */
  #follow() {
    const jobs = this.jobs.value ?? [];
    const chosen = jobs.find((job) => ["TRAINING", "KEY_SETUP"].includes(job.state)) ?? jobs.find((job) => job.state === "PAUSED") ?? jobs.find((job) => job.state !== "QUEUED") ?? jobs[0];
    if (chosen?.id === this.#watch?.id) return;
    this.#watch?.close();
    this.#watch = chosen && new JobWatch(chosen.id, this.#changed, { sites: this.sites });
  }

  view(now) {
    const jobs = this.jobs.value, sites = this.sites.value;
    return html`${head({ title: "Overview", text: jobs ? this.#sentence(jobs) : nothing })}
      ${jobs ? figures(jobs.map((job) => this.#live(job)), sites, this.#watch, now, (job) => this.#called(job)) : nothing}
      ${this.#attention()}
      ${panel("h-jobs", "Jobs", { note: jobs?.length ? "running, and of the last 24 hours" : nothing, end: jobs?.length ? html`<a href="/jobs">All jobs</a>` : nothing, body: this.#jobs(jobs, now) })}
      ${this.#tiles(now)}
      <div class="cols cols--even">${this.#watch?.job ? feed(this.#watch.picture, medianRound(this.#watch.picture) < 2 || this.#watch.roster.length > TILES_MAX, { most: 9, more: "c7", of: html`of ${this.#called(this.#watch.job)}` }) : nothing}${coordinator(jobs, sites, this.#watch, (job) => this.#called(job))}</div>`;
  }

  /** The name of a job, with the beginning of its id where others have the same. */
  #called(job) {
    return twice(this.jobs.value ?? []).has(job.name) ? html`${name(job.name)}, job\u00a0${shortId(job.id)}` : name(job.name);
  }

  #sentence(jobs) {
    const running = jobs.filter((job) => ["TRAINING", "KEY_SETUP"].includes(job.state)).length;
    const waiting = jobs.filter((job) => job.state === "AWAITING_APPROVAL").length;
    const paused = jobs.filter((job) => job.state === "PAUSED").length;
    const queued = jobs.filter((job) => job.state === "QUEUED").length;
    const alerts = this.alerts.value;
    const needs = !alerts ? "What needs a person is not known." : alerts.length === 0 ? "Nothing needs a person." : `${plural(alerts.length, "thing")} ${alerts.length === 1 ? "needs" : "need"} a person.`;
    const work = running ? `${plural(running, "job")} ${running === 1 ? "is" : "are"} running` : "No job is running";
    return `${work}${queued ? `, ${count(queued)} ${queued === 1 ? "waits" : "wait"} in the queue` : ""}${waiting ? `, ${count(waiting)} ${waiting === 1 ? "waits" : "wait"} for approval` : ""}${paused ? `, ${count(paused)} ${paused === 1 ? "is" : "are"} paused` : ""}. ${needs}`;
  }

  #attention() {
    const alerts = this.alerts.value;
    if (!alerts) return this.alerts.failure ? panel("h-attention", "Needs attention", { body: failed("Alerts", explain(this.alerts.failure)) }) : panel("h-attention", "Needs attention", { body: loading("alerts", 2) });
    if (alerts.length === 0) return nothing;
    const told = (text) => apartIn(text, (this.jobs.value ?? []).map((job) => job.name));
    return panel("h-attention", "Needs attention", {
      note: `${count(alerts.length)} open${alerts.length > 1 ? ", most urgent first" : ""}`,
      body: html`<div class="alerts">${alerts.slice(0, ALERTS_MAX).map((a) => alert(a.severity, a.code === "JOB_PAUSED" ? "hold" : { fail: "fail", warn: "warn", info: "wait" }[a.severity], {
        title: html`<bdi class="name">${words(told(a.title))}</bdi>`,
        text: told(OWN_WORDS.has(a.code) ? shortHashes(a.text) : sentence(a.text)),
        next: todo(told(shortHashes(a.next))),
        side: html`${this.#which(a)}${a.since ? html`<span>${a.title.endsWith(" are late") ? "all of them since" : "since"} ${time(Date.parse(a.since))}</span>` : nothing}${a.job ? html`<a class="btn btn--sm" href="/jobs/${a.job}">Open job</a>` : nothing}`,
      }))}</div>`,
      foot: alerts.length > ALERTS_MAX ? html`<span>${count(alerts.length - ALERTS_MAX)} more, less urgent</span>` : nothing,
    });
  }

  /** Of several jobs of one name, which one an alert is about. */
  #which({ job: id }) {
    const job = this.jobs.value?.find((each) => each.id === id);
    return job && twice(this.jobs.value).has(job.name) ? html`<span>job ${shortId(id)}</span>` : nothing;
  }

  #jobs(jobs, now) {
    if (!jobs) return this.jobs.failure ? failed("Jobs", explain(this.jobs.failure)) : loading("jobs");
    if (jobs.length === 0) return noJobs();
    const recent = jobs.filter((job) => !isOver(job.state) || now - Date.parse(job.ended ?? job.submitted) < DAY);
    return recent.length === 0 ? empty("No job in the last 24 hours", "Older ones are in the list of all jobs.") : jobTable("h-jobs", [["", recent.slice(0, JOBS_MAX).map((job) => this.#live(job))]]);
  }

  /** A job of the list, with what its events tell if it is the one that is watched. */
  #live(job) {
    const watched = this.#watch?.job;
    if (watched?.id !== job.id) return job;
    return { ...watched, spent: job.spent, spentNow: watched.privacy ? privacyNow(watched, this.#watch.picture) : 0 };
  }

  #tiles(now) {
    const { job, shown: picture } = this.#watch ?? {};
    if (!job) return nothing;
    const round = picture.rounds.get(picture.open) ?? lastClosed(picture);
    const shownRound = medianRound(picture) < 2 ? lastClosed(picture) ?? round : round;
    const connected = new Map((this.sites.value ?? []).map((site) => [site.id, site.connected]));
    const roster = this.#watch.roster;
    const states = roster.map((site) => ({ site, ...state(site, job, picture, shownRound, connected.get(site), now) }));
    const many = roster.length > TILES_MAX;
    if (many) states.sort((a, b) => b.trouble - a.trouble);
    const tiles = states.slice(0, many ? TILES_OF_MANY : TILES_MAX).map((each) => tile(each, job));
    const there = roster.filter((site) => connected.get(site)).length;
    return panel("h-tiles", html`Sites of ${this.#called(job)}${shownRound ? `, round ${shownRound.number}` : ""}`, {
      note: this.sites.value ? `${there} of ${roster.length} connected` : nothing,
      end: html`<a href="/sites">All sites</a>`,
      body: html`${funnel(states, shownRound)}<div class="tiles" .style=${"--cols:" + Math.min(7, Math.max(roster.length, 2))}>${tiles}</div>`,
      foot: html`${factsKey()}${many ? html`<span>Sites in trouble come first; ${count(roster.length - tiles.length)} more are on the page of the job.</span>` : nothing}`,
    });
  }
}

/** The five facts of a site, what it does in words, and whether that is trouble. */
function state(site, job, picture, round, connected, now) {
  const answer = job.siteVerdicts[site] ?? "";
  let marks = ["y", /^(permitted|approved)/i.test(answer) ? "y" : "", "", "", ""];
  let trouble = connected === false;
  let said = connected === undefined ? status("idle", "next", "–") : connected ? status("idle", "next", answer ? answer.split(":")[0].toLowerCase().replace(/^./, (c) => c.toUpperCase()) : "Connected") : status("fail", "off", "Offline");
  if (round && (round.cohort.includes(site) || round.drops.has(site))) {
    const l = lane(picture, round, site, round.outcome ? round.took : Math.max(0, (now - (round.openedAt ?? now)) / 1000));
    marks = l.marks;
    trouble ||= l.dropped || l.absent || l.late;
    said = connected === false && !isOver(job.state) ? status("fail", "off", l.isIn ? "Offline now" : (l.absent ? "Not asked" : "Dropped") + " · offline") : status(l.tone, l.shape, l.word);
  }
  return { marks, said, trouble };
}

const tile = ({ site, marks, said }, job) => html`<a class="tile" href="/jobs/${job.id}"><b>${name(site)}</b>${facts(site, marks)}${said}</a>`;

const FACTS = ["registered", "configured", "training", "uploaded", "included"];

/** How many sites are how far; training counts who does it now, too. */
const funnel = (states, round) => html`<dl class="funnel">${FACTS.map((fact, i) => {
  const open = fact === "included" && round && !round.outcome;
  return html`<div><dt>${fact === "training" ? "trained or training" : fact}</dt><dd>${open || (!round && i > 1) ? "–" : count(states.filter(({ marks }) => marks[i] === "y" || (i === 2 && ["now", "late"].includes(marks[i]))).length)}</dd></div>`;
})}</dl>`;

/** The figures of everything; the privacy is that of all jobs that have not ended. */
function figures(jobs, sites, watch, now, called) {
  const of = (...states) => jobs.filter((job) => states.includes(job.state));
  const running = of("TRAINING", "KEY_SETUP"), waiting = of("QUEUED", "AWAITING_APPROVAL", "PAUSED"), failed = of("FAILED");
  const lately = failed.filter((job) => now - Date.parse(job.ended ?? job.submitted) < DAY).length;
  const away = (sites ?? []).filter((site) => !site.connected);
  return html`<dl class="stats">
    ${stat("Jobs running", count(running.length), "", waiting.length ? `${of("QUEUED").length ? `${count(of("QUEUED").length)} in the queue, ` : ""}${count(of("AWAITING_APPROVAL").length)} waiting for approval, ${count(of("PAUSED").length)} paused` : "none is waiting")}
    ${stat("Jobs failed", count(failed.length), "of " + count(jobs.length), failed.length ? `${count(lately)} in the last 24 hours` : "none so far")}
    ${stat("Sites connected", sites ? count(sites.length - away.length) : "–", sites ? "of " + count(sites.length) : "", away.length ? "without " + list(away.map((site) => site.id), 3) : "")}
    ${spentStat(jobs, watch, called)}
  </dl>`;
}

/** What jobs that have not ended have spent, as far as the coordinator knows, of what their plans promise: the nearest to its end first. */
function spentStat(jobs, watch, called) {
  const priced = jobs.filter((job) => job.spent && !isOver(job.state)).map((job) => ({ ...job, epsilon: Math.max(job.spent.epsilon, job.spentNow ?? 0) }));
  if (priced.length === 0) return unspent(watch, called);
  const [most, ...others] = priced.sort((a, b) => b.epsilon / b.spent.total - a.epsilon / a.spent.total);
  return stat("Privacy spent", "ε\u00a0" + spent(most.epsilon), "of " + spent(most.spent.total), html`${called(most)}, δ\u00a0=\u00a0${delta(most.spent.delta)}, per ${most.spent.unit}; charged by each site’s own ledger${others.length ? html`. Others not ended: ${others.slice(0, OTHERS_MAX).map((job, i) => html`${i ? "; " : ""}${called(job)} ε\u00a0${spent(job.epsilon)} of ${spent(job.spent.total)}`)}${others.length > OTHERS_MAX ? ` and ${count(others.length - OTHERS_MAX)} more` : ""}` : nothing}`);
}

/** Nothing that has not ended promises anything: what the watched job says of that. */
function unspent(watch, called) {
  const job = watch?.job;
  if (!job) return stat("Privacy spent", "–", "", watch ? "" : "no job yet");
  if (job.privacy) return stat("Privacy spent", "ε\u00a0" + spent(privacyNow(job, watch.picture)), "of " + spent(job.privacy.epsilon), html`${called(job)}, which has ended; δ\u00a0=\u00a0${delta(job.privacy.delta)}, per ${job.privacy.unit}`);
  return stat("Privacy spent", job.cost ? "none promised" : "–", "", job.cost ? html`${called(job)} has no ε: its sums are exact` : html`the plan of ${called(job)} was kept by another version`);
}

function coordinator(jobs, sites, watch, called) {
  const median = watch?.picture ? medianRound(watch.picture) : NaN;
  return panel("h-coordinator", "Coordinator", {
    more: watch?.job ? "c5" : "",
    body: html`<div class="panel__body"><dl class="kv">
      <dt>Sites</dt><dd>${sites ? `${count(sites.filter((s) => s.connected).length)} of ${count(sites.length)} connected` : "–"}</dd>
      <dt>Jobs</dt><dd>${jobs ? jobsBy(jobs) : "–"}</dd>
      <dt>Rounds</dt><dd>${Number.isFinite(median) ? html`median ${duration(median)} of the last ${plural(lastSums(watch.picture).length, "sum")}${watch.job ? html` in ${called(watch.job)}` : nothing}` : "none yet"}</dd>
      <dt>Privacy</dt><dd>${promise(watch, called)}</dd>
    </dl></div>`,
    foot: html`<span>For monitoring tools, the coordinator answers <code>/readyz</code> and <code>/metrics</code> on its management port.</span>`,
  });
}

/** How many jobs there are, by how they stand. */
function jobsBy(jobs) {
  const of = (state) => jobs.filter((job) => job.state === state).length;
  const ended = Object.entries({ completed: of("COMPLETED"), failed: of("FAILED"), cancelled: of("CANCELLED") }).filter(([, n]) => n > 0);
  return `${count(jobs.filter((job) => !isOver(job.state)).length)} not ended${ended.map(([word, n]) => `, ${count(n)} ${word}`).join("")}; ${count(jobs.length)} in all`;
}

/** What the plan of the watched job promises every record; without a job nothing is promised. */
function promise(watch, called) {
  const job = watch?.job;
  if (!job) return "–";
  return job.privacy ? html`the plan of ${called(job)} promises ε\u00a0≤\u00a0${spent(job.privacy.epsilon)} at δ\u00a0=\u00a0${delta(job.privacy.delta)} per ${job.privacy.unit}. A round counts as spent from its opening on, because sites charge before they upload; each site charges its own ledger, over all its jobs, and only the site knows what is left in it.` : job.cost ? html`no ε in the plan of ${called(job)}: its sums are exact` : html`the plan of ${called(job)} was kept by another version of Confide, so what it promises is not shown`;
}
