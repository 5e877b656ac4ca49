// What happened, one sentence each, newest first.
import { html, nothing } from "./lit-html.js";
import { apart, clock, duration, list, metric, metricName, metricValue, metrics, shortHashes, taskWords } from "./format.js";
import { numbers } from "./fold.js";
import { away } from "./lane.js";
import { icon, name, panel, words } from "./parts.js";

const STATES = {
  QUEUED: "The job waits in the queue",
  AWAITING_APPROVAL: "The plan waits for the sites",
  KEY_SETUP: "The sites have approved; they agree on keys",
  TRAINING: "The job runs",
  PAUSED: "The job is paused",
  COMPLETED: "The job is completed",
  FAILED: "The job has failed",
  CANCELLED: "The job is cancelled",
};

/** The numbers of an evaluation, in words; how far the AUC may be off stands with it. */
const said = ({ aucErrorBound: off, ...values }) => metrics(values).map(([key, value]) => `${metricName(key)} ${metricValue(key, value)}${key === "auc" && Number.isFinite(off) ? "\u00a0±\u00a0" + metric(off) : ""}`);

function line({ kind, data, from, to, gap }, { folds, rosterSize }) {
  switch (kind) {
    case "state":
      return ["active", "active", html`<span class="clamp clamp--more">${STATES[data.state] ?? data.state}${data.reason ? html`: ${words(apart(shortHashes(data.reason.split("; missing:")[0])))}` : nothing}</span>`];
    case "epoch":
      return ["active", "lock", html`Epoch ${data.epoch}: keys agreed between ${(data.sites ?? []).length} sites`];
    case "complaint":
      return ["fail", "lock", html`Keys of epoch ${data.epoch}: ${apart(data.reason ?? "")}`];
    case "blame":
      return ["fail", "fail", html`${name(data.site)} ${apart(data.reason)}: found out in round ${data.round}`];
    case "roundOpened":
      return ["active", "active", html`Round ${data.round} opened with ${(data.cohort ?? []).length} sites: ${taskWords(data.task, folds)}`];
    case "uploaded":
      return ["ok", "ok", html`${name(data.site)} uploaded its masked input for round ${data.round}`];
    case "dropped":
      return ["fail", "off", html`${name(data.site)} ${data.step === "open" ? "was not asked in" : "dropped from"} round ${data.round}: ${apart(data.reason)}${away(data.step)}`];
    case "roundDone":
      return ["ok", "ok", html`${from < to ? html`Rounds ${from} to ${to} closed, ${gap ? "those told here" : "each"} with` : html`Round ${data.round} closed:`} ${data.included} of ${Math.max(rosterSize, data.cohort)} included${data.cohort < rosterSize ? `, ${data.cohort} asked` : nothing}${from < to ? `, ${taskWords(data.task, folds)}` : ", " + duration(data.seconds)}${Number.isFinite(data.loss) ? html`, ${from < to ? "latest " : ""}training loss ${metric(data.loss)}` : nothing}${data.spared > 0 ? html`; the training has converged: its model repeats, and ${data.spared} further ${data.spared === 1 ? "round is" : "rounds are"} not needed` : nothing}`];
    case "roundFailed":
      return ["fail", "fail", html`Round ${data.round} was given up: ${words(apart(shortHashes(data.reason ?? "")))}`];
    case "metrics":
      return ["idle", "info", html`${data.round ? `Evaluated after round ${data.round}` : "Evaluated"}, over the folds so far: ${list(said(numbers(data)), 3)}`];
    case "ended":
      return [data.state === "COMPLETED" ? "ok" : data.state === "FAILED" ? "fail" : "idle", data.state === "COMPLETED" ? "ok" : "off", html`${STATES[data.state] ?? data.state}${data.reason ? html`: ${words(apart(shortHashes(data.reason)))}` : nothing}`];
    default:
      return undefined;
  }
}

const CLOSED = new Set(["roundDone", "roundFailed"]);

/**
 * Numbers of rounds have no gaps: what was not told between two closings was of the same kind as a training beside it. But
 * for the rounds in which somebody dropped, `apart`: they and what is between them are told as that.
 */
function bridge(newer, older, apart) {
  if (!newer || !CLOSED.has(older.kind) || newer.from <= older.to + 1) return;
  const between = apart.filter((round) => round > older.to && round < newer.from);
  if (between.length) {
    extend(older, "to", Math.min(...between) - 1);
    extend(newer, "from", Math.max(...between) + 1);
    return;
  }
  if (trains(older) && !apart.includes(older.to)) extend(older, "to", newer.from - 1);
  else if (trains(newer) || !trains(older)) extend(newer, "from", older.to + 1);
}

const trains = ({ kind, data }) => kind === "roundDone" && /^train/.test(data.task ?? "");

function extend(entry, end, to) {
  if (entry.kind !== "roundDone" || entry[end] === to) return;
  entry.gap = true;
  entry[end] = to;
}

/** The newest `most` entries and whether there are older ones; rounds that closed alike one after the other are one entry, of fast jobs without uploads. */
function entries(picture, fast, most) {
  const shown = [];
  const apart = [];
  let closed;
  for (let i = picture.feed.length - 1; i >= 0 && shown.length <= most; i--) {
    const event = picture.feed[i];
    if (fast && ["roundOpened", "uploaded"].includes(event.kind)) continue;
    const before = shown.at(-1);
    if (event.kind === "dropped") apart.push(event.data.round);
    if (fast && before?.kind === "roundDone" && event.kind === before.kind && ["included", "cohort", "task"].every((fact) => event.data[fact] === before.data[fact])) {
      before.gap ||= event.data.round !== before.from - 1;
      before.from = event.data.round;
    } else {
      const entry = { ...event, from: event.data.round, to: event.data.round };
      shown.push(entry);
      if (CLOSED.has(event.kind)) {
        bridge(closed, entry, apart);
        closed = entry;
      }
    }
  }
  return { shown: shown.slice(0, most), cut: shown.length > most };
}

/** The panel. `more` places it; `of` says whose events they are. */
export function feed(picture, fast, { most = 14, more = "c5", of = "this job" } = {}) {
  const { shown, cut } = entries(picture, fast, most);
  return panel("h-feed", "Events", {
    more,
    note: html`${of}${fast ? ", single uploads left out" : ""}`,
    body: shown.length === 0 ? html`<p class="panel__body muted">Nothing has happened yet.</p>` : html`<ol class="feed">${shown.map((event) => {
      const told = line(event, picture);
      return told ? html`<li><time datetime=${new Date(event.at).toISOString()}>${clock(event.at)}</time><span class="tone-${told[0]}">${icon(told[1])}</span><span>${told[2]}</span></li>` : nothing;
    })}</ol>`,
    foot: cut || shown.some(({ gap }) => gap) ? html`${shown.some(({ gap }) => gap) ? html`<span>Of a long job not every round is told here.</span>` : nothing}${cut ? html`<span>Older events are left out.</span>` : nothing}` : nothing,
  });
}
