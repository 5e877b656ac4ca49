// What one site is doing in one round.
import { apart, duration } from "./format.js";
import { includedOf, usual } from "./fold.js";

/** What a site is doing: the word, its reason, its bars and its facts. Times are seconds since the round opened. */
export function lane(picture, round, site, now) {
  const steps = round.steps.get(site) ?? {};
  const drop = round.drops.get(site);
  const over = Boolean(round.outcome);
  const isIn = round.outcome === "done" && includedOf(round).has(site);
  const uses = usual(picture, site);
  const late = !over && !drop && steps.uploaded === undefined && Number.isFinite(uses) && now > 1.5 * uses + 1;
  const asked = round.cohort.includes(site);
  // Whoever had no connection when the round opened was not asked, and so has not dropped.
  const absent = drop?.step === "open" && !asked && !isIn;
  const dropped = Boolean(drop) && !isIn && !absent;
  const began = steps.training !== undefined || steps.uploading !== undefined || steps.uploaded !== undefined;
  // Of a site that dropped, or never sent, nobody knows how far it was unless it said so; what is missing is its input.
  const training = steps.uploading !== undefined || steps.uploaded !== undefined ? "y" : drop || over ? (began ? "y" : "unknown") : late ? "late" : "now";
  const uploaded = steps.uploaded !== undefined || isIn ? "y" : dropped && asked ? "x" : steps.uploading !== undefined && !over ? "now" : "";
  const included = isIn ? "y" : dropped && uploaded === "y" ? "x" : "";
  const marks = ["y", asked ? "y" : "", uploaded === "y" ? "y" : asked ? training : "", uploaded, included];
  return { site, steps, drop, dropped, absent, late, uses, marks, isIn, over, ...words(steps, drop, { isIn, absent, late, over, uses, round, now }) };
}

const anyRevealed = (round) => [...round.steps.values()].some((steps) => steps.revealed !== undefined);

const AWAY = { open: " when the round opened", upload: ", before its input was stored", sign: ", before it signed", reveal: ", before it revealed its shares" };

/** When a site dropped, after the reason, in the words that every page has for the coordinator’s steps. */
export const away = (step) => AWAY[step] ?? (step ? ", in step " + step : "");

function words(steps, drop, { isIn, absent, late, over, uses, round, now }) {
  if (isIn && drop) return { tone: "ok", shape: "ok", word: "Included", why: `then ${apart(drop.reason)}${away(drop.step)}` };
  if (isIn) return { tone: "ok", shape: "ok", word: "Included", why: steps.uploaded === undefined ? "" : "stored at " + duration(steps.uploaded) + (steps.revealed === undefined && anyRevealed(round) ? "; enough shares came without its own" : "") };
  if (absent) return { tone: "fail", shape: "off", word: "Not asked", why: apart(drop.reason) + away(drop.step) };
  if (drop) return { tone: "fail", shape: "off", word: "Dropped", why: apart(drop.reason) + away(drop.step) };
  if (over) return { tone: "idle", shape: "next", word: round.outcome === "failed" ? (steps.uploaded === undefined ? "No input" : "Input not opened") : "Not in the sum", why: "" };
  if (steps.revealed !== undefined) return { tone: "ok", shape: "ok", word: "Revealed", why: "its shares, at " + duration(steps.revealed) };
  if (steps.signed !== undefined) return { tone: "ok", shape: "ok", word: "Signed", why: "the included set, at " + duration(steps.signed) };
  if (steps.uploaded !== undefined) return { tone: "ok", shape: "ok", word: "Uploaded", why: "stored at " + duration(steps.uploaded) };
  if (late) return { tone: "warn", shape: "wait", word: "Late", why: `usually under ${duration(uses)}${round.deadline ? "; " + duration(Math.max(0, round.deadline - now)) + " left" : ""}` };
  if (steps.uploading !== undefined) return { tone: "active", shape: "active", word: "Uploading", why: "" };
  return { tone: "active", shape: "active", word: "Training", why: Number.isFinite(uses) ? "usually under " + duration(uses) : "" };
}
