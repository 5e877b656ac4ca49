// Dialogs. What cannot be undone is confirmed: the question, its consequences, and the safe answer in focus.
import { html, nothing, render } from "./lit-html.js";
import { explain } from "./net.js";

const place = document.body.appendChild(document.createElement("div"));

/** While `holds()`, only a button of its own closes it. */
function open(content, onReady, holds = () => false) {
  render(html`<dialog class="dialog" aria-labelledby="h-dialog" @close=${() => render(nothing, place)} @cancel=${(event) => { if (holds()) event.preventDefault(); }} @keydown=${(event) => { if (event.key === "Escape" && holds()) event.preventDefault(); }}
    @click=${(event) => { if (event.target === event.currentTarget && !holds()) event.currentTarget.close(); }}>${content}</dialog>`, place);
  const dialog = place.querySelector("dialog");
  dialog.showModal();
  onReady(dialog);
}

/** Asks; `act` does it and may fail, in which case the dialog stays and says so. */
export function confirm({ question, consequences, keep, act, label, busy, danger = true }) {
  let failure = "";
  let running = false;
  const view = () => html`
    <div class="dialog__body"><h2 id="h-dialog">${question}</h2>
      <ul>${consequences.map((text) => html`<li>${text}</li>`)}</ul>
      ${failure ? html`<p class="tone-fail" role="alert">${failure}</p>` : nothing}</div>
    <div class="dialog__foot"><button class="btn" type="button" autofocus @click=${(e) => e.target.closest("dialog").close()}>${keep}</button>
      <button class="btn ${danger ? "btn--danger" : "btn--primary"}" type="button" aria-disabled=${String(running)} @click=${run}>${running ? busy : label}</button></div>`;
  const paint = () => render(view(), place.querySelector(".dialog__in"));
  async function run() {
    if (running) return;
    running = true;
    paint();
    try {
      await act();
      place.querySelector("dialog")?.close();
    } catch (e) {
      failure = explain(e).what;
      running = false;
      if (place.querySelector(".dialog__in")) paint();
    }
  }
  open(html`<div class="dialog__in"></div>`, (dialog) => {
    paint();
    dialog.querySelector("[autofocus]").focus();
  });
}

/** Shows `view()`, which may call the given `again` to be painted anew and `close` to end; see `open` for `holds`. */
export function show(view, holds) {
  open(html`<div class="dialog__in"></div>`, (dialog) => {
    const inside = dialog.querySelector(".dialog__in");
    const again = () => {
      render(view({ again, close: () => dialog.close() }), inside);
      // What had the focus may be gone; no button gets it, which a second Enter would press.
      if (!dialog.contains(document.activeElement)) dialog.querySelector("pre")?.focus();
    };
    again();
    dialog.querySelector("[autofocus]")?.focus();
  }, holds);
}
