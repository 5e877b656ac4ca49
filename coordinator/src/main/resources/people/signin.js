// Sign-in: a name and its password, or the access token, become a session.
import { html, nothing, svg } from "./lit-html.js";
import { sentence } from "./format.js";
import { get, send } from "./net.js";
import { alert, icon, loading } from "./parts.js";
import { repaintNow } from "./screen.js";
import { keepWanted } from "./wanted.js";

const INPUTS = [20, 45, 70, 95, 120, 145, 170];

const motif = html`<svg viewBox="0 0 360 206" role="img" aria-label="Masked inputs go in, one sum comes out" class="motif-sum">
  <g fill="none" stroke="currentColor" stroke-width="1.5" opacity=".45">${INPUTS.map((y) => svg`<path d=${`M64 ${y}C150 ${y} 170 95 226 95`} />`)}</g>
  ${INPUTS.map((y) => svg`<g stroke="currentColor" fill="none"><rect x="30" y=${y - 9} width="34" height="18" rx="3" class="motif-box" stroke-width="1.5" /><path d=${`M35 ${y + 5}l10-10m-4 10 10-10m-4 10 10-10`} stroke-width="1.2" /></g>`)}
  <circle cx="262" cy="95" r="35" fill="none" stroke="currentColor" stroke-width="9" pathLength="93" stroke-dasharray="10.4 2.886"/><circle cx="262" cy="95" r="14" fill="currentColor"/>
  <text x="52" y="199">masked inputs</text><text x="262" y="154">only their sum is opened</text></svg>`;

/** The two ways in, each with the fields it asks for: [name, word, type, autocomplete, longest]. */
const WAYS = {
  account: {
    text: html`With your account at this coordinator. An administrator makes one with <code>confide coordinator user add</code>.`,
    fields: [["name", "Name", "text", "username", 63], ["password", "Password", "password", "current-password", 256]],
    other: "Use the access token instead",
  },
  token: {
    text: html`With the access token of this coordinator. It is in <code>admin.token</code> in the coordinator’s home; whoever can read that file is its administrator.`,
    fields: [["token", "Access token", "password", "current-password", 512]],
    other: "Use an account instead",
  },
};

/** Why the institution's sign-in led back here without a session: what happened, and what to do. */
const REFUSED = {
  refused: ["The sign-in was not completed.", "try again; if it happens again, ask whoever runs the sign-in of your institution."],
  stale: ["This sign-in was begun too long ago or in another browser.", "begin anew."],
  unreachable: ["The sign-in of your institution cannot be reached from the coordinator.", "try again in a while, or use another way."],
  busy: ["Too many people sign in now.", "try again in a few seconds."],
};

export class SignInPage {
  #failure = "";
  #busy = false;
  #done;
  #ended;
  #told;
  #way;
  #signOn;
  #refused = new URLSearchParams(location.search).get("refused");

  /** `ended` says that somebody was signed in here until a moment ago, `told` what the coordinator said when that ended. */
  constructor(done, ended, told) {
    this.#done = done;
    this.#ended = ended;
    this.#told = told;
    this.#ask();
  }

  title() {
    return "Sign in";
  }

  async #ask() {
    try {
      const ways = await get("/session", { background: true });
      this.#signOn = ways.signOn;
      this.#way = ways.accounts ? "account" : "token";
    } catch {
      this.#way = "account";
    }
    repaintNow();
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#busy) return;
    const inputs = [...event.target.querySelectorAll("input")];
    this.#busy = true;
    this.#failure = "";
    repaintNow();
    try {
      await send("/session", { method: "POST", body: Object.fromEntries(inputs.map((input) => [input.name, input.value])) });
      for (const input of inputs) input.value = "";
      await this.#done();
    } catch (failure) {
      this.#failure = failure.status ? sentence(failure.message) : "The coordinator cannot be reached. Check that it runs, and try again.";
      inputs.at(-1).focus();
      inputs.at(-1).select();
    } finally {
      this.#busy = false;
      repaintNow();
    }
  }

  #change() {
    this.#way = this.#way === "token" ? "account" : "token";
    this.#failure = "";
    repaintNow();
  }

  view() {
    const way = WAYS[this.#way];
    return html`<div class="signin">
      <section class="signin__form" aria-labelledby="h-in">
        <h1 id="h-in" tabindex="-1">Sign in</h1>
        ${this.#ended ? html`<div class="alert--box alert--info">${alert("info", "info", { level: 2, title: "Your session has ended", text: "The coordinator was restarted, or this page was not used for a long time. Whether rounds go on is not known here.", next: "sign in again; you come back to the page you were at." })}</div>` : nothing}
        ${this.#told ? html`<div class="alert--box alert--warn">${alert("warn", "warn", { level: 2, title: "The sign-out was not noted", text: this.#told })}</div>` : nothing}
        ${this.#refused ? html`<div class="alert--box alert--warn">${alert("warn", "drop", { ...this.#why(), level: 2 })}</div>` : nothing}
        ${way && this.#signOn ? html`<p><a class="btn btn--primary btn--lg" href="/signin/oidc" @click=${keepWanted}>Sign in at ${this.#signOn}</a></p><p class="soft">Or with what this coordinator knows:</p>` : nothing}
        ${way ? this.#form(way) : loading("the sign-in", 3)}
        <p class="small muted">${icon("lock")} You will be signed out after 30 minutes without activity, and after 12 hours at the latest. Sign-ins are recorded in the event log.</p>
      </section>
      <aside class="signin__side" aria-labelledby="h-see">${motif}
        <h2 id="h-see">What you will see here</h2>
        <dl class="kv"><dt>Yes</dt><dd>sums over all sites of a round, who took part, in which step a site was dropped and why, how long it took</dd>
          <dt>Never</dt><dd>records, one site’s update, one site’s metric</dd></dl></aside></div>`;
  }

  #why() {
    const [text, next] = REFUSED[Object.hasOwn(REFUSED, this.#refused) ? this.#refused : "refused"];
    return { title: "You are not signed in", text, next };
  }

  #form(way) {
    const last = way.fields.length - 1;
    return html`<p class="soft">${way.text}</p>
      <form class="stack" @submit=${(e) => this.#submit(e)}>
        ${way.fields.map(([id, word, type, complete, max], i) => html`<div class="field"><label for=${id}>${word}</label>
          <input id=${id} name=${id} type=${type} required maxlength=${max} autocomplete=${complete} autocapitalize="none" spellcheck="false" aria-describedby=${i === last ? "sent" + (this.#failure ? " wrong" : "") : nothing} aria-invalid=${this.#failure ? "true" : "false"}>
          ${i === last ? html`<span class="hint" id="sent">It is sent once and not kept in this browser.</span>${this.#failure ? html`<span class="tone-fail small" id="wrong" role="alert">${this.#failure}</span>` : nothing}` : nothing}</div>`)}
        <button class="btn btn--primary btn--lg" type="submit" aria-disabled=${String(this.#busy)}>${this.#busy ? "Signing in…" : "Sign in"}</button>
        <button class="link" type="button" @click=${() => this.#change()}>${way.other}</button>
      </form>`;
  }
}
