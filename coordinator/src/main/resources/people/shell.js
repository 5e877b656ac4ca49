// What surrounds every page: the bar with navigation and connection, the banner, the foot.
import { html, nothing } from "./lit-html.js";
import { ago, clock, inUtc, plural, sentence, toggleZone } from "./format.js";
import { me, roleWords } from "./me.js";
import { contact } from "./net.js";
import { icon } from "./parts.js";
import { repaintNow } from "./screen.js";
import { ROUNDS } from "./stream.js";

const NAV = [
  ["/", "home", "Overview"],
  ["/jobs", "jobs", "Jobs"],
  ["/sites", "sites", "Sites"],
  ["/models", "models", "Models"],
  ["/governance", "gov", "Governance"],
];

const RECONNECTING_MILLIS = 3_500;
const BANNER_MILLIS = 10_000;
const BACK_MILLIS = 15_000;

const mark = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M18.89 17.79A9 9 0 1 1 18.89 6.21" pathLength="93" stroke-dasharray="15 4.5" fill="none" stroke="currentColor" stroke-width="3.6"/><circle cx="12" cy="12" r="3.3" fill="currentColor"/></svg>`;

/** How long the coordinator, or the stream of events that the page shows, has not been heard of, in words for the bar. */
function connection(now, stream) {
  const silent = now - contact.at;
  if (contact.at === 0) return ["idle", "Connecting"];
  if (stale(now) || cut(stream, now)) return ["fail", "Not live"];
  return contact.failing || silent >= RECONNECTING_MILLIS || stream?.state === "broken" ? ["warn", "Reconnecting"] : ["ok", "Live"];
}

export const stale = (now = Date.now()) => contact.at > 0 && now - contact.at >= BANNER_MILLIS;

/** Other requests may be answered while the events of rounds do not come. */
const cut = (stream, now) => stream?.state === "broken" && now - stream.broke >= BANNER_MILLIS;

function banner(now, { retry, stream, again }) {
  const back = stream?.back;
  if (again) {
    return html`<div class="banner" role="alert">${icon("warn")}<span><b>You are still signed in.</b> The coordinator did not end the session; who uses this browser next would be you.</span><button class="btn btn--sm" type="button" @click=${again}>Sign out again</button></div>`;
  }
  if (!stale(now) && cut(stream, now)) {
    return html`<div class="banner" role="status">${icon("warn")}<span><b>Live updates of rounds stopped at ${clock(stream.broke)}, ${ago(stream.broke, now)}.</b> ${stream.failure?.status ? sentence(stream.failure.message) + " " : ""}What rounds did since then is missing below.</span><button class="btn btn--sm" type="button" @click=${retry}>Try now</button></div>`;
  }
  if (stale(now)) {
    return html`<div class="banner" role="status">${icon("warn")}<span><b>Live updates stopped at ${clock(contact.at)}, ${ago(contact.at, now)}.</b> Whether rounds go on is not known here. Values below are as of then.</span><button class="btn btn--sm" type="button" @click=${retry}>Try now</button></div>`;
  }
  if (back && now - back.at < BACK_MILLIS) {
    return html`<div class="banner banner--ok" role="status">${icon("ok")}<span><b>Live again.</b> ${caughtUp(back)}</span></div>`;
  }
  return nothing;
}

/** Of a long break not every round is told. */
const caughtUp = ({ events, rounds, thinned }) => thinned
  ? `${plural(events, "event")} of what happened meanwhile were fetched: of the last ${ROUNDS} rounds all, of those before what the curves need.`
  : events ? `${plural(rounds, "round")} and ${plural(events, "event")} were fetched; nothing was missed.` : "";

function theme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("confide-theme", root.dataset.theme);
  } catch { /* storage may be off */ }
}

const bar = (end, nav = nothing) => html`<header class="app-bar"><div class="app-bar__in"><a class="brand" href="/">${mark}Confide</a>${nav}
  <div class="app-bar__end">${end}<button class="btn btn--quiet btn--icon theme" type="button" aria-label="Switch between light and dark" @click=${theme}>${icon("sun", "i-sun")}${icon("moon", "i-moon")}</button></div></div></header>`;

const navigation = (current) => html`<nav class="main-nav" aria-label="Main"><ul>${NAV.map(([href, shape, word]) => html`<li><a href=${href} aria-current=${href === current ? "page" : nothing}>${icon(shape)}${word}</a></li>`)}</ul></nav>`;

const foot = () => html`<footer class="page-foot"><span>The coordinator can open sums of enough sites, and no single site’s update.</span>
  <span><button class="link" type="button" @click=${() => { toggleZone(); repaintNow(); }}>Times in ${inUtc() ? "UTC" : "local time"}; show ${inUtc() ? "local time" : "UTC"}</button> · <a href="/words">What the words mean</a> · <a href="/openapi.yaml">API</a></span></footer>`;

/** A page of somebody who is signed in. `stream` is that of its events, if it has one; `again` signs out where that has failed. */
export function signedIn({ nav, view, retry, stream, signOut, again, now }) {
  const [tone, word] = connection(now, stream);
  return html`${bar(html`<span class="live" role="status"><span class="live__dot live__dot--${tone}"></span>${word}<span class="live__time">${contact.at && tone === "ok" ? " · " + clock(now) + (inUtc() ? " UTC" : "") : ""}</span></span>
      <span class="who"><span class="who__mark" aria-hidden="true">${me.name.slice(0, 1).toUpperCase()}</span><span class="who__name">${me.name}${me.roles.length === 1 ? html` · ${roleWords()}` : nothing}</span></span>
      <button class="btn btn--quiet btn--icon" type="button" aria-label="Sign out" title=${"Sign out " + me.name} @click=${signOut}>${icon("out")}</button>`, navigation(nav))}
    ${banner(now, { retry, stream, again })}
    <main id="main" class="page ${stale(now) || cut(stream, now) ? "is-stale" : ""}">${view}</main>${foot()}`;
}

/** A page of nobody in particular. */
export const signedOut = (view) => html`${bar(nothing)}<main id="main" class="page">${view}</main>${foot()}`;

