// Starts the page: who is signed in, which address is shown, and when it is painted.
import { html, render } from "./lit-html.js";
import { sentence } from "./format.js";
import { Refusal, contact, get, onSignedOut, send } from "./net.js";
import { empty, head, loading } from "./parts.js";
import { become } from "./me.js";
import { PAGES } from "./pages.js";
import { goTo, onMove, onPaint, repaint, repaintNow } from "./screen.js";
import { signedIn, signedOut, stale } from "./shell.js";
import { SignInPage } from "./signin.js";
import { takeWanted, wanted } from "./wanted.js";

const ROLE_MILLIS = 20_000;
/** A stream beats more often; where nothing is asked for as often, somebody has to ask whether the coordinator is there. */
const SILENT_MILLIS = 2_500;
/** What the words mean says nothing of this coordinator. */
const PUBLIC = "/words";
const root = document.getElementById("app");
let known = false; // whether it is known if somebody is signed in
let who = false; // whether somebody is
let ended = false; // whether somebody was a moment ago
let unended = false; // whether a sign-out got no answer
let farewell = ""; // what the coordinator said of the last sign-out
let page;
let shownPath = "";

function match(path) {
  for (const [pattern, Page] of PAGES) {
    const found = pattern.exec(path);
    if (found) return { Page, parameters: found.groups ?? {} };
  }
  return undefined;
}

/** Shows the address the browser is at; a page that is shown already only learns of its new query. */
function move() {
  const path = location.pathname;
  if (!known) return;
  if (!who && path !== "/signin" && path !== PUBLIC) {
    goTo("/signin?to=" + encodeURIComponent(path + location.search), { replace: true });
    return;
  }
  if (who && path === "/signin") {
    goTo(wanted(), { replace: true });
    return;
  }
  if (path !== shownPath) {
    page?.close?.();
    const found = match(path);
    page = !who && path !== PUBLIC ? new SignInPage(begin, ended, farewell) : found ? new found.Page(found.parameters, repaint) : undefined;
    const first = shownPath === "";
    shownPath = path;
    if (!first) {
      scrollTo(0, 0);
      paint();
      root.querySelector("h1")?.focus({ preventScroll: true });
    }
  }
  repaintNow();
}

/** After a sign-in somewhere else the browser is at the beginning, wherever it wanted to go. */
function comeBack() {
  const to = takeWanted();
  if (to && location.pathname === "/") goTo(to, { replace: true });
}

function paint() {
  const now = Date.now();
  if (!known) {
    render(signedOut(html`<div class="panel">${loading("the page")}</div>`), root);
  } else if (!who) {
    render(signedOut(page.view(now)), root);
  } else {
    const view = page ? page.view(now) : html`${head({ title: "Not found" })}<div class="panel">${empty("There is nothing at this address", "The page may have moved, or the address is incomplete.", html`<a class="btn" href="/">Go to the overview</a>`, 2)}</div>`;
    render(signedIn({ nav: page?.nav, view, retry: () => page?.retry?.(), stream: page?.stream?.(), signOut: end, again: unended && end, now }), root);
  }
  document.title = (page?.title?.() ?? "Confide") + " · Confide";
}

async function begin() {
  become(await get("/me"));
  takeWanted();
  known = who = true;
  ended = false;
  shownPath = "";
  move();
}

/** Signs out. Where that did not end the session, the page says so instead of showing the sign-in. */
async function end() {
  let told = "";
  try {
    await send("/session", { method: "DELETE" });
  } catch (failure) {
    unended = failure.status !== 401 && !(await gone());
    if (unended) {
      repaintNow();
      return;
    }
    told = failure.status === 401 ? "" : sentence(failure.message);
  }
  who = false;
  nobody(true, told);
}

/** Whether the coordinator says that nobody is signed in. */
const gone = () => get("/me", { background: true }).then(() => false, (failure) => failure.status === 401);

/** Nobody is signed in any more, or yet; `told` is what the coordinator said of a sign-out. */
function nobody(asked = false, told = "") {
  if (known && !who && !asked) return;
  page?.close?.();
  document.querySelector("dialog[open]")?.close();
  farewell = told;
  unended = false;
  ended = who;
  who = false;
  known = true;
  page = undefined;
  shownPath = "";
  move();
}

async function start() {
  onPaint(paint);
  onMove(move);
  onSignedOut(() => nobody());
  try {
    become(await get("/me", { background: true }));
    known = who = true;
    comeBack();
    move();
  } catch (failure) {
    if (failure.status === 401) nobody();
    else setTimeout(start, 2000);
  }
}

addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const say = (word) => { copy.textContent = word; setTimeout(() => { copy.textContent = "Copy"; }, 1500); };
    (navigator.clipboard?.writeText(copy.dataset.copy) ?? Promise.reject()).then(() => say("Copied"), () => say("Not copied"));
  }
  const link = event.target.closest("a[href^='/']");
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (link && plain && !link.hasAttribute("download") && match(link.pathname)) {
    event.preventDefault();
    goTo(link.getAttribute("href"));
  }
});

// An administrator may have given another role meanwhile.
setInterval(() => { if (who && !document.hidden) get("/me", { background: true }).then(become, () => {}); }, ROLE_MILLIS);

let asking = false;

async function pulse() {
  if (asking || Date.now() - contact.at < SILENT_MILLIS) return;
  asking = true;
  await get("/me", { background: true }).then(become, () => {});
  asking = false;
}

// Times that say how long ago something was, and the connection.
setInterval(() => { if (who && !document.hidden) { pulse(); repaint(); } }, 1000);
addEventListener("online", () => { if (stale()) page?.retry?.(); });

start();
