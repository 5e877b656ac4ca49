// What a job with a guarantee has spent of it, as far as the coordinator knows.
import { endedRounds } from "./fold.js";

/** How many groups of sites the plan sums apart; 1: all sites make one sum. */
export const groups = (job) => job.cost?.planned.groups ?? 1;

/** Who tries to learn something of a record, in words: "public", "coordinator" or "coordinator + 2 sites". */
export function against(observer) {
  if (observer === "public") return "whoever sees the model";
  const [, sites] = /^coordinator \+ (.*)$/.exec(observer) ?? [];
  return sites ? `a coordinator that works together with ${sites}` : "the coordinator";
}

/** In how many of the job's sums a site can be: in those of its group. */
export const ownSums = (sums, job) => sums.rounds / groups(job);

/** What `commits` have cost at most: the next point that is known, never the one before. */
export function spentAfter(privacy, commits) {
  if (commits <= 0) return 0;
  return privacy.spent.find((point) => point.commits >= commits)?.epsilon ?? privacy.epsilon;
}

/** How often a record was used, as far as the coordinator knows: the open round and those that were given up count, because sites charge before they upload. */
export const usedBy = (job, picture) => Math.min(job.privacy.commits, Math.max(job.roundsDone, endedRounds(picture), picture.opened));

/** What a job with a guarantee has spent: at most that of the rounds that were opened. */
export const privacyNow = (job, picture) => spentAfter(job.privacy, usedBy(job, picture));
