// Folds a job's events into what the pages show. Pure: the same events give the same picture, told twice or not.
import { median, timeClass } from "./format.js";

/** Of how many rounds the median is, at most. */
export const LATELY = 20;

const FEED_MAX = 500;
/** Of how many rounds it is known what each site did when; of older ones only who was in. */
const DETAILED_MAX = 128;
const OVER = new Set(["COMPLETED", "FAILED", "CANCELLED"]);
const STEPS = new Set(["training", "uploading", "uploaded", "signed", "revealed"]);

/** The picture of a job of which nothing is known yet; round `keep` stays detailed however old it gets. */
export function emptyPicture(keep) {
  return { keep, version: 0, remembered: new Map(), rounds: new Map(), open: undefined, feed: [], usual: new Map(), rosterSize: 0, opened: 0, epoch: undefined, evaluations: [], state: undefined, reason: "", seen: new Set() };
}

/** Folds `events` into `picture`, in order. An event is { id?, kind, data }. */
export function fold(picture, events) {
  for (const event of events) {
    if (event.id !== undefined && picture.seen.has(event.id)) continue;
    if (event.id !== undefined) picture.seen.add(event.id);
    picture.version++;
    take(picture, event.kind, event.data, Date.parse(event.data.time));
  }
}

function take(picture, kind, given, at) {
  let data = given;
  switch (kind) {
    case "state":
      picture.state = data.state;
      picture.reason = data.reason ?? "";
      break;
    case "epoch":
      picture.epoch = { number: data.epoch, sites: data.sites ?? [] };
      break;
    case "roundOpened": {
      // A round that this browser saw opened belongs to the present; times of sites are counted from its opening.
      const round = roundOf(picture, data.round);
      picture.cohort = data.cohort ?? picture.cohort ?? []; // left out where it is that of the round before
      data = { ...data, cohort: picture.cohort };
      Object.assign(round, { epoch: data.epoch, task: data.task, cohort: picture.cohort, openedAt: at, deadline: data.deadlineSeconds });
      picture.open = data.round;
      picture.opened = Math.max(picture.opened, data.round);
      break;
    }
    case "progress":
      step(picture, data, at, data.stage === "TRAINING" ? "training" : data.stage === "UPLOADING" ? "uploading" : "");
      break;
    case "uploaded":
    case "signed":
    case "revealed":
      step(picture, data, at, kind);
      break;
    case "dropped": {
      const round = roundOf(picture, data.round);
      round.drops.set(data.site, { step: data.step, reason: data.reason, at: seconds(round, at) });
      break;
    }
    case "roundDone":
    case "roundFailed":
      ended(picture, kind, data, at);
      break;
    case "metrics":
      picture.evaluations.push({ at, round: data.round, values: numbers(data) });
      break;
    case "ended":
      picture.state = data.state;
      picture.reason = data.reason ?? picture.reason;
      picture.open = undefined;
      break;
  }
  if (kind !== "progress" && kind !== "signed" && kind !== "revealed" && !(kind === "state" && OVER.has(data.state))) {
    // While a plan waits it says so anew with every answer: the newest sentence stands for all.
    const before = picture.feed.at(-1);
    if (kind === "state" && before?.kind === kind && before.data.state === data.state) picture.feed.pop();
    picture.feed.push({ kind, data, at });
    if (picture.feed.length > 2 * FEED_MAX) trim(picture);
  }
}

/** Forgets what is least worth remembering: first openings and uploads of long ago, then whatever is oldest. */
function trim(picture) {
  const recent = picture.feed.length - 100;
  picture.feed = picture.feed.filter((event, i) => i >= recent || !["roundOpened", "uploaded"].includes(event.kind));
  if (picture.feed.length > 2 * FEED_MAX - 200) picture.feed.splice(0, FEED_MAX);
}

function roundOf(picture, number) {
  let round = picture.rounds.get(number);
  if (!round) {
    round = { number, cohort: [], drops: new Map(), steps: new Map(), outcome: undefined };
    picture.rounds.set(number, round);
  }
  return round;
}

/** The first time counts: a step that is told again is the same one. */
function step(picture, data, at, name) {
  const round = roundOf(picture, data.round);
  if (!STEPS.has(name)) return;
  const steps = stepsOf(round, data.site);
  steps[name] ??= seconds(round, at);
}

function stepsOf(round, site) {
  if (!round.steps.has(site)) round.steps.set(site, {});
  return round.steps.get(site);
}

function ended(picture, kind, data, at) {
  const round = roundOf(picture, data.round);
  Object.assign(round, {
    outcome: kind === "roundDone" ? "done" : "failed",
    took: data.seconds,
    task: data.task ?? round.task,
    epoch: data.epoch ?? round.epoch,
    loss: data.loss,
    reason: data.reason ?? "",
    includedCount: data.included ?? 0,
    spared: data.spared ?? 0,
    endedAt: at,
  });
  for (const drop of data.dropped ?? []) {
    if (drop.site && !round.drops.has(drop.site)) round.drops.set(drop.site, { step: drop.step, reason: drop.reason, at: undefined });
  }
  for (const [site, millis] of Object.entries(data.steps ?? {})) {
    const steps = stepsOf(round, site);
    for (const [name, value] of Object.entries(millis)) if (STEPS.has(name)) steps[name] = value / 1000;
  }
  if (picture.open === data.round) picture.open = undefined;
  const before = picture.rounds.get(data.round - 1);
  if (before && before.cohort.length === round.cohort.length && before.cohort.every((site, i) => site === round.cohort[i])) round.cohort = before.cohort;
  const old = picture.rounds.get(data.round - DETAILED_MAX);
  if (old?.outcome && old.number !== picture.keep) old.steps = new Map();
}

/** What `find` finds in the picture as it is now: found once, however often a paint asks. */
function once(picture, key, find) {
  const known = picture.remembered.get(key);
  if (known?.version === picture.version) return known.value;
  const value = find();
  picture.remembered.set(key, { version: picture.version, value });
  return value;
}

/** Takes over from the list of rounds exactly who was in each sum, which the events give as a number only. */
export function foldRounds(picture, views) {
  for (const view of views) {
    const round = roundOf(picture, view.round);
    round.included = new Set(view.included);
    round.cohort = view.cohort;
    round.task ??= view.task;
    round.epoch ??= view.epoch;
    round.took ??= view.seconds;
    round.outcome ??= view.outcome === "DONE" ? "done" : "failed";
    round.includedCount ??= view.included.length;
    for (const drop of view.dropped) if (!round.drops.has(drop.site)) round.drops.set(drop.site, { ...drop, at: undefined });
  }
  picture.version++;
}

/** Who is in the sum: as listed, or else everybody of the cohort whose input was not missing. */
export function includedOf(round) {
  if (round.included) return round.included;
  const now = `${round.outcome} ${round.drops.size}`;
  if (round.members?.of === now) return round.members.sites;
  const missing = (site) => ["open", "upload"].includes(round.drops.get(site)?.step);
  round.members = { of: now, sites: new Set(round.outcome === "done" ? round.cohort.filter((site) => !missing(site)) : []) };
  return round.members.sites;
}

/** Whether a round's list of included sites has to be asked for: the number says something else. */
export const unclear = (round) => round.outcome === "done" && round.openedAt !== undefined && !round.included && includedOf(round).size !== round.includedCount;

/** Who of the roster was not asked in a round whose cohort is known. */
export function notAsked(round, roster) {
  const asked = new Set(round.cohort);
  return asked.size === 0 ? [] : roster.filter((site) => !asked.has(site));
}

export function closedRounds(picture) {
  return once(picture, "closed", () => [...picture.rounds.values()].filter((round) => round.outcome).sort((a, b) => a.number - b.number));
}

/** How many rounds have ended, with those that were not told: their numbers have no gaps. */
export function endedRounds(picture) {
  return lastClosed(picture)?.number ?? 0;
}

/** How many of the planned rounds have their sum or are not needed; every round that was given up is told, or that spared others. */
export function doneRounds(picture) {
  return once(picture, "done", () => closedRounds(picture).reduce((done, round) => done + (round.spared ?? 0) - (round.outcome === "failed" ? 1 : 0), endedRounds(picture)));
}

export function lastClosed(picture) {
  return closedRounds(picture).at(-1);
}

/**
 * Under how many seconds a site's input is usually stored: in a class, as everywhere over rounds. As the coordinator says,
 * which alerts by it and knows it of rounds whose times are not kept here; or else from the last rounds.
 */
export function usual(picture, site) {
  return picture.usual.get(site) ?? once(picture, "usual " + site, () => timeClass(median(closedRounds(picture).slice(-LATELY).map((round) => round.steps.get(site)?.uploaded ?? NaN))));
}

/** The last rounds with a sum: one that was given up took as long as it was waited for, which says nothing of the others. */
export function lastSums(picture) {
  return closedRounds(picture).filter((round) => round.outcome === "done").slice(-LATELY);
}

export function medianRound(picture) {
  return once(picture, "median", () => median(lastSums(picture).map((round) => round.took)));
}

function seconds(round, at) {
  return round.openedAt === undefined ? undefined : Math.max(0, (at - round.openedAt) / 1000);
}

/** The numbers of an evaluation, without that of the round after which they are so. */
export function numbers({ round, ...data }) {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => Number.isFinite(value)));
}
