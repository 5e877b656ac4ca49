// The sites: who is connected, since when, with what; and the invitation of a new one.
import { html, nothing } from "./lit-html.js";
import { show } from "./dialog.js";
import { clock, count, duration, list, plural } from "./format.js";
import { chosen, set } from "./jobs.js";
import { away } from "./lane.js";
import { may } from "./me.js";
import { Polled, explain, send } from "./net.js";
import { columns, command, empty, failed, head, loading, name, panel, status, tableBox, time } from "./parts.js";

const POLL_MILLIS = 3000;
const SHOWN_MAX = 100;
const NAME = "[a-z0-9][a-z0-9\\-]{0,62}";

const KINDS = { "": ["All states", () => true], on: ["Connected", (s) => s.connected], off: ["Not connected", (s) => !s.connected] };

export class SitesPage {
  nav = "/sites";

  constructor(_, changed) {
    this.sites = new Polled("/sites", POLL_MILLIS, changed);
  }

  title() {
    return "Sites";
  }

  retry() {
    this.sites.refresh(false);
  }

  close() {
    this.sites.close();
  }

  view() {
    const all = this.sites.value;
    const query = new URLSearchParams(location.search);
    const off = (all ?? []).filter((site) => !site.connected);
    return html`${head({
      title: "Sites",
      text: all ? `${plural(all.length, "site")} registered, ${count(all.length - off.length)} connected.${off.length ? " Not connected: " + list(off.map((s) => s.id)) + "." : ""}` : nothing,
      actions: may("site.enrol") ? html`<button class="btn btn--primary" type="button" @click=${() => invite(() => this.sites.refresh(false))}>Invite a site…</button>` : html`<span class="small muted">An administrator invites sites.</span>`,
    })}${panel("h-sites", "Registered sites", { end: all?.length ? filter(query) : nothing, ...this.#body(all, query) })}`;
  }

  #body(all, query) {
    if (!all) return { body: this.sites.failure ? failed("Sites", explain(this.sites.failure)) : loading("sites", 7) };
    if (all.length === 0) return { body: empty("No site yet", "Invite a site; its operator turns the token into a certificate and starts the participant there.") };
    const text = (query.get("q") ?? "").toLowerCase();
    const [, kind] = chosen(KINDS, query.get("state"));
    // Who is away comes first: of many sites the others are not all shown.
    const matching = all.filter((site) => kind(site) && site.id.includes(text)).sort((a, b) => a.connected - b.connected);
    if (matching.length === 0) return { body: html`<div class="empty"><h3>No site matches</h3><p>${plural(all.length, "site")} ${all.length === 1 ? "is" : "are"} hidden by the filter.</p><button class="btn" type="button" @click=${() => set({ q: "", state: "" })}>Clear the filter</button></div>` };
    return {
      body: table(matching.slice(0, SHOWN_MAX)),
      foot: html`${matching.length > SHOWN_MAX ? html`<span>The first ${SHOWN_MAX} of ${count(matching.length)}; the filter finds the others.</span>` : nothing}<span>What a dataset holds, and how much, stays at its site. Times and drops are of the last 32 closed rounds that a site was asked in, since the coordinator started, over all jobs. Over rounds, times are told in classes only, because how long a site trains says something of how many rows it has; a single round shows them exactly, and who reads many rounds can work the times out. A certificate is renewed by enrolling again before it ends.</span>`,
    };
  }
}

const table = (sites) => tableBox("h-sites", html`<table class="table table--cards" role="table">${columns("Site", "State", "Last seen", "Certificate", "Dataset", "Until its input is stored", "Machine")}<tbody role="rowgroup">${sites.map((site) => html`
  <tr role="row" class=${site.connected ? "" : "is-off"}><th class="rowname" role="rowheader" scope="row">${name(site.id)}</th>
    <td role="cell" data-label="State">${site.connected ? status("ok", "ok", "Connected") : site.lastSeen ? status("fail", "off", "Offline") : status("idle", "next", "Not seen yet")}${clockOff(site)}</td>
    <td role="cell" data-label="Last seen">${site.connected ? "now" : site.lastSeen ? time(Date.parse(site.lastSeen)) : "not since the coordinator started"}</td>
    <td role="cell" data-label="Certificate">${certificate(site)}</td>
    <td role="cell" data-label="Dataset">${site.datasets.length === 0 ? "–" : site.datasets.map((d) => html`<span class="dataset">${name(d.name)}<span class="sub">study ${name(d.study)}, ${plural(d.columns.length, "column")}</span></span>`)}</td>
    <td role="cell" data-label="Until stored">${delays(site.delays)}</td>
    <td role="cell" data-label="Machine">${machine(site)}</td></tr>`)}</tbody></table>`);

/** Of a site that was turned away: its clock, and what to do. */
const clockOff = ({ clockAheadSeconds: ahead }) => (ahead === undefined ? nothing : html`<span class="sub">turned away: its clock is ${duration(Math.abs(ahead))} ${ahead < 0 ? "behind" : "ahead"}</span>`);

const MEBI_PER_GIBI = 1024;

/** What a site says of its machine. */
function machine({ capacity, software }) {
  const memory = capacity?.memoryMebibytes >= MEBI_PER_GIBI ? `${count(capacity.memoryMebibytes / MEBI_PER_GIBI)}\u00a0GiB` : `${capacity?.memoryMebibytes}\u00a0MiB`;
  return html`${capacity ? html`${plural(capacity.processors, "processor")}<span class="sub">about ${memory} memory, GPU: ${capacity.accelerator ? name(capacity.accelerator) : "none"}</span>` : "–"}${software ? html`<span class="sub">${name(software)}</span>` : nothing}`;
}

/** How long a site took in the last rounds that it was in; only between which powers of two, because training time tells of rows. */
function delays(of) {
  if (!of) return "–";
  const drops = Object.entries(of.drops).map(([step, times]) => `${plural(times, "drop")}${away(step)}`);
  const under = (millis) => "under " + duration(millis / 1000);
  const slowest = of.slowestUnderMillis === of.usualUnderMillis ? "" : html`<span class="sub">slowest ${under(of.slowestUnderMillis)}</span>`;
  return html`${of.usualUnderMillis === undefined ? "never stored" : `${slowest ? "usually" : "always"} ${under(of.usualUnderMillis)}`}${slowest}<span class="sub">its last ${plural(of.rounds, "closed round")}: ${drops.length ? drops.join(", ") : "no\u00a0drop"}</span>`;
}

const DAY = 86_400_000;
const SOON_DAYS = 14;

/** How long a certificate lasts; as a word too where it will not for long. */
function certificate(site) {
  if (!site.enrolled) return status("warn", "warn", "not enrolled");
  const ends = Date.parse(site.certificateEnds);
  if (!Number.isFinite(ends)) return "enrolled";
  const days = Math.floor((ends - Date.now()) / DAY);
  const date = html`<span class="sub">until <time datetime=${site.certificateEnds}>${clock(ends)}</time></span>`;
  if (days < 0) return html`${status("fail", "fail", "ended")}${date}`;
  const left = plural(days, "day") + " left";
  return html`${days < SOON_DAYS ? status("warn", "warn", left) : left}${date}`;
}

const filter = (query) => html`<div class="filter"><label class="vh" for="q">Filter sites</label><input id="q" type="search" placeholder="Filter sites" size="18" .value=${query.get("q") ?? ""} @input=${(e) => set({ q: e.target.value })}>
  <label class="vh" for="state">State</label><select id="state" @change=${(e) => set({ state: e.target.value })}>${Object.entries(KINDS).map(([key, [word]]) => html`<option value=${key} ?selected=${key === (query.get("state") ?? "")}>${word}</option>`)}</select></div>`;

/** Asks for a name, then shows the token, once. */
function invite(done) {
  let issued;
  let busy = false;
  let failure = "";
  // What is shown once is not to be lost by a slip.
  show(({ again, close }) => {
    const submit = async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      failure = "";
      again();
      try {
        issued = await (await send("/sites", { method: "POST", body: { site: event.target.elements.site.value } })).json();
        done();
      } catch (e) {
        failure = explain(e).what;
      }
      busy = false;
      again();
    };
    if (issued) {
      return html`<div class="dialog__body"><h2 id="h-dialog">Token for ${name(issued.site)}</h2>
        <p class="soft">It is shown this once, works once, and ends at ${time(Date.parse(issued.expires))}. Give it to the site’s operator over a channel you trust; there it is used like this:</p>
        ${command(`confide participant enroll --token ${issued.token} --home ${issued.site}`)}</div>
        <div class="dialog__foot"><button class="btn btn--primary" type="button" @click=${close}>I have passed it on</button></div>`;
    }
    return html`<form @submit=${submit}><div class="dialog__body"><h2 id="h-dialog">Invite a site</h2>
      <div class="field"><label for="site">Name of the site</label><input id="site" name="site" required pattern=${NAME} autocomplete="off" spellcheck="false" autofocus aria-describedby="site-hint"><span class="hint" id="site-hint">Small letters, digits and hyphens, e.g. <code>lyon</code>. It is part of the certificate and stays.</span></div>
      ${failure ? html`<p class="tone-fail" role="alert">${failure}</p>` : nothing}</div>
      <div class="dialog__foot"><button class="btn" type="button" @click=${close}>Not now</button><button class="btn btn--primary" type="submit" aria-disabled=${String(busy)}>${busy ? "Making…" : "Make a token"}</button></div></form>`;
  }, () => issued !== undefined);
}
