// Who is signed in, and what that role may ask for. The page offers no more; the coordinator decides anew every time.
import { list } from "./format.js";

export const me = { name: "", roles: [], site: undefined, may: new Set() };

/** Takes over what the API says of the caller. */
export function become({ name, roles, site, may }) {
  Object.assign(me, { name, roles, site, may: new Set(may) });
}

export const may = (action) => me.may.has(action);

/** A researcher cancels, pauses and resumes only own jobs. */
export const mayIntervene = (action, job) => may(action) && (me.roles.some((role) => ["admin", "auditor"].includes(role)) || job.owner === me.name);

const WORDS = { admin: "administrator" };

export const roleWord = (role) => WORDS[role] ?? role;

/** "researcher", "steward of lyon"; of the access token, which has two roles, both. */
export const roleWords = () => list(me.roles.map(roleWord)) + (me.site ? " of " + me.site : "");
