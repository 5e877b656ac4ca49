// Which page belongs to which address.
import { html } from "./lit-html.js";
import { JobsPage } from "./jobs.js";
import { OverviewPage } from "./overview.js";
import { head, loading } from "./parts.js";

const REST_MILLIS = 3000;
const rest = [];

/** A page that is not the first one for most people: its module comes when it is first shown, or once the page rests. */
const later = (nav, title, load) => {
  let Page;
  const loaded = async () => { Page ??= await load(); };
  rest.push(loaded);
  return class {
    nav = nav;
    #page;
    #make;
    #load;

    constructor(parameters, changed) {
      this.#make = () => { this.#page ??= new Page(parameters, changed); };
      this.#load = async () => { await loaded(); this.#make?.(); changed(); };
      if (Page) this.#make();
      else this.retry();
    }

    title() {
      return this.#page?.title() ?? title;
    }

    stream() {
      return this.#page?.stream?.();
    }

    retry() {
      if (this.#page) this.#page.retry();
      else this.#load().catch(() => { /* the connection is shown elsewhere; "Try now" comes here again */ });
    }

    close() {
      this.#make = undefined;
      this.#page?.close();
    }

    view(now) {
      return this.#page?.view(now) ?? html`${head({ title })}<div class="panel">${loading("the page")}</div>`;
    }
  };
};

/** [pattern of the path, class]; a page is made of the pattern's groups and a function to call when it has changed. */
export const PAGES = [
  [/^\/$/, OverviewPage],
  [/^\/jobs$/, JobsPage],
  [/^\/jobs\/(?<job>[0-9a-f-]{36})$/, later("/jobs", "Job", async () => (await import("./job.js")).JobPage)],
  [/^\/jobs\/(?<job>[0-9a-f-]{36})\/rounds\/(?<round>\d{1,15})$/, later("/jobs", "Round", async () => (await import("./round.js")).RoundPage)],
  [/^\/sites$/, later("/sites", "Sites", async () => (await import("./sites.js")).SitesPage)],
  [/^\/models\/(?<job>[0-9a-f-]{36})$/, later("/models", "Model", async () => (await import("./model.js")).ModelPage)],
  [/^\/models$/, later("/models", "Models", async () => (await import("./models.js")).ModelsPage)],
  [/^\/governance$/, later("/governance", "Governance", async () => (await import("./governance.js")).GovernancePage)],
  [/^\/words$/, later("", "What the words mean", async () => (await import("./words.js")).WordsPage)],
];

setTimeout(() => rest.forEach((loaded) => loaded().catch(() => { /* it is asked for again when it is shown */ })), REST_MILLIS);
