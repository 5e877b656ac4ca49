// Who has allowed what, who did what, and is the log whole?
import { html, nothing } from "./lit-html.js";
import { clock, count, list, plural, shortHash, shortId } from "./format.js";
import { set, twice } from "./jobs.js";
import { may, me, roleWord, roleWords } from "./me.js";
import { Polled, explain, get } from "./net.js";
import { columns, command, empty, failed, head, icon, isOver, loading, mail, name, panel, status, tableBox, time, words } from "./parts.js";

const JOBS_MAX = 10;
/** Of more sites than these not all are named, so they are counted. */
const NAMED_MAX = 5;
/** Whoever uses the access token; no account has this name. */
const TOKEN = "administrator";

/** What somebody did, and what somebody asked for who was not let. */
const DID = {
  "session.open": ["signed in", "sign in"], "job.submit": ["submitted a job", "submit a job"], "job.cancel": ["cancelled a job", "cancel a job"], "job.pause": ["paused a job", "pause a job"], "job.resume": ["resumed a job", "resume a job"],
  "artifact.read": ["downloaded a file", "download a file"], "job.read": ["downloaded evidence", "download evidence"], "audit.read": ["downloaded an audit of a sum", "download an audit of a sum"], "site.enrol": ["invited a site", "invite a site"], "site.certificate": ["took its certificate", "take its certificate"],
  "refusals.count": ["was refused more often", "was refused more often"], "training.start": ["started training", "start training"], "round.open": ["opened a round", "open a round"], "model.release": ["released a model", "release a model"],
};

const did = ({ action, decision }) => DID[action]?.[decision === "deny" ? 1 : 0] ?? name(action);

/** Design of governance, section 4.2, as far as the coordinator decides it. */
const ROLES = ["steward", "operator", "researcher", "admin", "auditor"];
const POWERS = [
  ["See jobs, rounds, sites, studies and models", ROLES],
  ["Submit a job", ["researcher"]],
  ["Pause, resume or cancel a job", ["researcher", "admin", "auditor"], "own jobs"],
  ["Download a model and its card", ["researcher", "auditor"]],
  ["Download the audit of a sum", ["admin", "auditor"]],
  ["Invite a site", ["admin"]],
  ["Read the event log and check its chain", ["admin", "auditor"]],
];

const KINDS = { model: "model of job", submission: "new job", "access-token": "access token" };

/** Who has not permitted a plan, by what each said: "no answer: lyon and mayo; denied: munich". */
function others(answers) {
  const so = Map.groupBy(answers.filter(([, text]) => !permits(text)), ([, text]) => text.split(":")[0].toLowerCase());
  return [...so].map(([word, sites], i) => html`${i ? "; " : ""}${sites.length > NAMED_MAX ? count(sites.length) + " " : ""}${word === "pending-approval" ? "not approved yet" : word}: ${words(list(sites.map(([site]) => site)))}`);
}

const permits = (text) => /^(permitted|approved)/i.test(text);

export class GovernancePage {
  nav = "/governance";
  #changed;
  #chain;
  #log;
  #shown;
  /** The newest jobs, each with what every site said of it, which the list leaves out. */
  #whole = new Map();

  constructor(_, changed) {
    this.#changed = changed;
    this.studies = new Polled("/studies", 10_000, changed);
    this.jobs = new Polled("/jobs?view=brief", 3_000, () => { this.#ask(); changed(); });
    if (may("log.read")) this.#follow();
    this.#verify();
  }

  title() {
    return "Governance";
  }

  retry() {
    for (const polled of [this.studies, this.jobs, this.#log]) polled?.refresh(false);
  }

  close() {
    for (const polled of [this.studies, this.jobs, this.#log, ...this.#whole.values()]) polled?.close();
  }

  #ask() {
    const newest = (this.jobs.value ?? []).slice(0, JOBS_MAX);
    for (const [id, polled] of this.#whole) {
      if (newest.some((job) => job.id === id)) continue;
      polled.close();
      this.#whole.delete(id);
    }
    for (const job of newest) {
      if (!this.#whole.has(job.id)) this.#whole.set(job.id, new Polled("/jobs/" + job.id, isOver(job.state) ? 0 : 10_000, this.#changed));
    }
  }

  async #verify() {
    if (!may("log.read")) return;
    this.#chain = { busy: true };
    try {
      this.#chain = { ...(await get("/audit/verification", { background: true })), at: Date.now() };
    } catch (failure) {
      this.#chain = { failure };
    }
    this.#changed();
  }

  /** The page of the log that the address names; the newest one is asked for again and again. */
  #follow() {
    const before = new URLSearchParams(location.search).get("before") ?? "";
    if (this.#log && this.#shown === before) return;
    this.#log?.close();
    this.#shown = before;
    this.#log = new Polled("/audit" + (/^\d+$/.test(before) ? "?before=" + before : ""), before ? 0 : 5_000, this.#changed);
  }

  view() {
    if (may("log.read")) this.#follow();
    const studies = this.studies.value, jobs = this.jobs.value;
    return html`${head({ title: "Governance", text: html`${me.roles.length > 1 ? html`Signed in with the access token, which may do what ${list(me.roles.map((role) => roleWord(role) + "s"))} may.` : html`Signed in as ${name(me.name)} (${roleWords()}).`} What somebody asks for is decided at the coordinator. A plan is decided again at every site; both must permit it.` })}
      ${panel("h-studies", "Studies", { note: studies ? plural(studies.length, "study", "studies") : nothing, ...this.#studies(studies, jobs ?? []) })}
      ${panel("h-plans", "Plans and what the sites answered", { note: "a plan is frozen; every site answers for itself", ...plans(jobs, this.jobs.failure, this.#whole) })}
      ${may("log.read") ? this.#audit() : panel("h-log", "Event log", { body: html`<p class="panel__body muted">Administrators and auditors read who did what, and check that the log is whole.</p>` })}
      ${powers()}`;
  }

  #studies(studies, jobs) {
    if (!studies) return { body: this.studies.failure ? failed("Studies", explain(this.studies.failure)) : loading("studies", 2) };
    if (studies.length === 0) return { body: empty("No study yet", "A study comes with the first job that belongs to it.") };
    return {
      body: tableBox("h-studies", html`<table class="table table--cards table--wrap" role="table">${columns("Study", "Purpose", "Accountable", "Jobs")}<tbody role="rowgroup">${studies.map((study) => {
        const own = jobs.filter((job) => job.study === study.name);
        return html`<tr role="row"><th role="rowheader" scope="row">${name(study.name)}</th><td role="cell" class="full" data-label="Purpose">${name(study.purpose)}</td><td role="cell" data-label="Accountable">${mail(study.accountable)}</td><td role="cell" data-label="Jobs">${count(own.length)}<span class="sub">${own.filter((job) => !isOver(job.state)).length} not ended</span></td></tr>`;
      })}</tbody></table>`),
    };
  }

  #audit() {
    const log = this.#log?.value;
    const query = new URLSearchParams(location.search);
    return panel("h-log", "Event log", {
      note: "who did what, newest first; each entry is bound to the one before by its hash",
      end: html`${chain(this.#chain)}<button class="btn btn--sm" type="button" @click=${() => { this.#verify(); this.#changed(); }}>Check again</button>`,
      body: html`${keptBy(log?.keeper ?? this.#chain?.keeper)}${!log ? (this.#log?.failure ? failed("The event log", explain(this.#log.failure)) : loading("the event log", 8)) : log.events.length === 0 ? empty("Nothing has happened yet", "Whoever signs in, submits, stops or fetches something stands here.") : table(log.events, this.jobs.value ?? [])}
        ${told(this.#chain)}`,
      foot: html`${query.has("before") || log?.older ? html`<span>${query.has("before") ? html`<button class="btn btn--sm" type="button" @click=${() => set({ before: "" })}>Newest</button> ` : nothing}${log?.older ? html`<button class="btn btn--sm" type="button" @click=${() => set({ before: log.older })}>Older</button>` : nothing}</span>` : nothing}
        <span>Names, hashes and counts only: no data of a site is ever in here.</span>`,
    });
  }
}

/** In a cluster a log says what happened at one member, and nothing of the others. */
const keptBy = (keeper) => (keeper ? html`<p class="panel__body small" id="keeper">This is the log of the member <strong>${name(keeper.member)}</strong> alone: each member keeps its own, of what was decided at it. A job that is cancelled, paused or resumed stands in the log of the member that led it. ${keeper.others.length ? html`Here now ${keeper.others.length === 1 ? "is" : "are"} also ${words(list(keeper.others, 15))}: sign in at the address of each to read its log.` : "No other member is here now."}</p>` : nothing);

function chain(check) {
  if (!check || check.busy) return status("idle", "wait", "Checking…", true);
  if (check.state === "intact") return status("ok", "ok", check.keeper ? "Unbroken at this member" : "Unbroken", true);
  if (check.state === "broken") return status("fail", "fail", "Broken", true);
  return status("idle", "next", "Not checked", true);
}

function told(check) {
  if (!check || check.busy) return nothing;
  if (check.state === "intact") return html`<p class="panel__body small soft">${plural(check.events, "event")}, every link holds, checked at ${time(check.at)}. Head <span class="hash" title=${check.head}>${shortHash(check.head)}</span>: compare it with one that was noted down elsewhere, because a log cut off at its end is unbroken too.</p>`;
  if (check.state === "broken") return html`<p class="panel__body tone-fail" role="alert">Event ${count(check.sequence)} does not follow from the one before: ${check.why}. Keep the file as evidence and compare it with a backup.</p>`;
  if (check.state === "too-long") return html`<div class="panel__body">This log is too long to check while somebody waits. Check it where it lies:${command("confide audit verify data/events.jsonl")}</div>`;
  return html`<p class="panel__body muted">${explain(check.failure).what}</p>`;
}

const table = (events, jobs) => tableBox("h-log", html`<table class="table table--dense table--cards" role="table">${columns("No.", "Time", "Who", "What", "On what", "Decision", "Hash")}<tbody role="rowgroup">${events.map(({ event, hash }) => html`
  <tr role="row"><th role="rowheader" scope="row" class="mono">${event.seq}</th>
    <td role="cell" data-label="Time"><time datetime=${event.time}>${clock(Date.parse(event.time))}</time></td>
    <td role="cell" data-label="Who">${name(event.actor.replace("/", " "))}${event.actor === TOKEN ? html`<span class="sub">by access token</span>` : nothing}</td>
    <td role="cell" data-label="What">${did(event)}${event.details?.times ? html`<span class="sub">${plural(event.details.times, "time")}, counted only</span>` : nothing}</td>
    <td role="cell" data-label="On what">${target(event.target, jobs)}</td>
    <td role="cell" data-label="Decision">${event.decision === "deny" ? html`${status("fail", "fail", "Denied")}<span class="sub">${list(event.reasons ?? [])}</span>` : event.decision ? status("ok", "ok", "Permitted") : "–"}</td>
    <td role="cell" data-label="Hash"><span class="hash" title=${hash}>${shortHash(hash)}</span></td></tr>`)}</tbody></table>`);

/** "job/…", "artifact/…/card.md" and the like, for people. */
function target(text, jobs) {
  const [kind, id = "", ...rest] = text.split("/");
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id)) {
    const called = jobs.find((job) => job.id === id)?.name;
    return html`${rest.length ? html`${name(rest.join("/"))} of ` : nothing}<a href="/jobs/${id}">${KINDS[kind] ?? "job"} ${called ? name(called) : shortId(id)}</a>${called ? html`<span class="sub">job ${shortId(id)}</span>` : nothing}`;
  }
  return html`${KINDS[kind] ?? kind} ${name(/^[0-9a-f]{64}$/.test(id) ? shortHash(id) : [id, ...rest].join("/"))}`;
}

function plans(jobs, failure, whole) {
  if (!jobs) return { body: failure ? failed("Jobs", explain(failure)) : loading("plans", 3) };
  if (jobs.length === 0) return { body: html`<p class="panel__body muted">No plan yet.</p>` };
  const shared = twice(jobs);
  return {
    body: tableBox("h-plans", html`<table class="table table--dense table--cards" role="table">${columns("Job", "Submitted", "Plan", "Permitted by", "Others")}<tbody role="rowgroup">${jobs.slice(0, JOBS_MAX).map((job) => {
      // Before a job has its place no site has heard of its plan.
      const asked = job.state !== "QUEUED";
      const said = asked ? whole.get(job.id)?.value?.siteVerdicts : undefined;
      const answers = Object.entries(said ?? {});
      const yes = answers.filter(([, text]) => permits(text)).length;
      const all = answers.length === job.rosterSize && yes === answers.length;
      return html`<tr role="row"><th role="rowheader" scope="row"><a class="clamp" href="/jobs/${job.id}">${name(job.name)}</a>${shared.has(job.name) ? html`<span class="sub">job ${shortId(job.id)}</span>` : nothing}</th><td role="cell" data-label="Submitted">${clock(Date.parse(job.submitted))}<span class="sub">by ${name(job.owner)}</span></td><td role="cell" data-label="Plan"><span class="hash" title=${job.planHash}>${shortHash(job.planHash)}</span></td>
        <td role="cell" data-label="Permitted by">${!asked ? status("idle", "wait", "Not asked yet") : !said ? "–" : status(all ? "ok" : "idle", all ? "ok" : "wait", `${yes} of ${job.rosterSize} sites`)}</td><td role="cell" class=${yes < answers.length ? "" : "is-empty"} data-label="Others">${yes < answers.length ? html`<span class="clamp clamp--more">${others(answers)}</span>` : "–"}</td></tr>`;
    })}</tbody></table>`),
    foot: jobs.length > JOBS_MAX ? html`<span>The newest ${JOBS_MAX} of ${plural(jobs.length, "job")}.</span>` : nothing,
  };
}

const powers = () => panel("h-roles", "Who may do what here", {
  note: "each account has one of these roles; what a site’s data may be used for is decided by its steward, at the site",
  body: tableBox("h-roles", html`<table class="table table--dense table--cards" role="table">${columns("What", ...ROLES.map(roleWord))}<tbody role="rowgroup">${POWERS.map(([what, roles, limit]) => html`<tr role="row"><th role="rowheader" scope="row">${what}</th>${ROLES.map((role) =>
    html`<td role="cell" class=${roles.includes(role) ? nothing : "is-empty"} data-label=${roleWord(role)}>${roles.includes(role) ? html`<span class="status status--ok">${icon("ok")}</span>${limit && role === "researcher" ? html` <span class="muted">${limit}</span>` : html`<span class="vh">yes</span>`}` : html`<span class="muted" aria-hidden="true">–</span><span class="vh">no</span>`}</td>`)}</tr>`)}</tbody></table>`),
  foot: html`<span>Somebody with two roles has two accounts, so that the event log says in which one something was done. Accounts are made where the coordinator runs: <code>confide coordinator user</code>. The access token, which is there from the beginning, is no account: it may do what administrators and researchers may.</span>`,
});
