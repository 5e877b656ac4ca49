// Sign-in: the access token, typed once, becomes a session.
import { html, nothing, svg } from "./lit-html.js";
import { send } from "./net.js";
import { icon } from "./parts.js";
import { repaintNow } from "./screen.js";

const INPUTS = [20, 45, 70, 95, 120, 145, 170];

const motif = html`<svg viewBox="0 0 360 190" role="img" aria-label="Masked inputs go in, one sum comes out" class="motif-sum">
  <g fill="none" stroke="currentColor" stroke-width="1.5" opacity=".45">${INPUTS.map((y) => svg`<path d=${`M64 ${y}C150 ${y} 170 95 226 95`} />`)}</g>
  ${INPUTS.map((y) => svg`<g stroke="currentColor" fill="none"><rect x="30" y=${y - 9} width="34" height="18" rx="3" class="motif-box" stroke-width="1.5" /><path d=${`M35 ${y + 5}l10-10m-4 10 10-10m-4 10 10-10`} stroke-width="1.2" /></g>`)}
  <circle cx="262" cy="95" r="35" fill="none" stroke="currentColor" stroke-width="9" pathLength="93" stroke-dasharray="10.4 2.886"/><circle cx="262" cy="95" r="14" fill="currentColor"/></svg>`;

export class SignInPage {
  #failure = "";
  #busy = false;
  #done;

  constructor(done) {
    this.#done = done;
  }

  title() {
    return "Sign in";
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#busy) return;
    const field = event.target.elements.token;
    this.#busy = true;
    this.#failure = "";
    repaintNow();
    try {
      await send("/session", { method: "POST", body: { token: field.value } });
      field.value = "";
      this.#done();
    } catch (failure) {
      this.#failure = failure.status ? failure.message.charAt(0).toUpperCase() + failure.message.slice(1) + "." : "The coordinator cannot be reached. Check that it runs, and try again.";
      field.focus();
      field.select();
    } finally {
      this.#busy = false;
      repaintNow();
    }
  }

  view() {
    return html`<div class="signin">
      <section class="signin__form" aria-labelledby="h-in">
        <h1 id="h-in" tabindex="-1">Sign in</h1>
        <p class="soft">With the access token of this coordinator. It is in <code>admin.token</code> in the coordinator’s home; whoever can read that file is its administrator.</p>
        <form class="stack" @submit=${(e) => this.#submit(e)}>
          <div class="field"><label for="token">Access token</label>
            <input id="token" name="token" type="password" required maxlength="512" autocomplete="current-password" spellcheck="false" autofocus aria-describedby="token-hint ${this.#failure ? "token-wrong" : ""}" aria-invalid=${this.#failure ? "true" : "false"}>
            <span class="hint" id="token-hint">It is sent once and not kept in this browser.</span>
            ${this.#failure ? html`<span class="tone-fail small" id="token-wrong" role="alert">${this.#failure}</span>` : nothing}</div>
          <button class="btn btn--primary btn--lg" type="submit" aria-disabled=${String(this.#busy)}>${this.#busy ? "Signing in…" : "Sign in"}</button>
        </form>
        <p class="small muted">${icon("lock")} You will be signed out after 30 minutes without activity, and after 12 hours at the latest. This version knows one account, the administrator’s.</p>
      </section>
      <aside class="signin__side" aria-labelledby="h-see">${motif}
        <h2 id="h-see">What you will see here</h2>
        <dl class="kv"><dt>Yes</dt><dd>sums over all sites of a round, who took part, in which step a site was dropped and why, how long it took</dd>
          <dt>Never</dt><dd>records, one site’s update, one site’s metric, patient counts</dd></dl></aside></div>`;
  }
}
