// Which page belongs to which address.
import { html } from "./lit-html.js";
import { JobPage } from "./job.js";
import { JobsPage } from "./jobs.js";
import { ModelsPage } from "./models.js";
import { OverviewPage } from "./overview.js";
import { RoundPage } from "./round.js";
import { loading } from "./parts.js";
import { SitesPage } from "./sites.js";

/** A page that few people open: its module comes when it is first shown. */
const later = (nav, title, load) => class {
  nav = nav;
  #page;
  #make;

  constructor(parameters, changed) {
    this.#make = async () => {
      const Page = await load();
      if (this.#make) this.#page = new Page(parameters, changed);
      changed();
    };
    this.retry();
  }

  title() {
    return title;
  }

  retry() {
    if (this.#page) this.#page.retry();
    else this.#make().catch(() => { /* the connection is shown elsewhere; "Try now" comes here again */ });
  }

  close() {
    this.#make = undefined;
    this.#page?.close();
  }

  view(now) {
    return this.#page?.view(now) ?? html`<div class="panel">${loading("the page")}</div>`;
  }
};

/** [pattern of the path, class]; a page is made of the pattern's groups and a function to call when it has changed. */
export const PAGES = [
  [/^\/$/, OverviewPage],
  [/^\/jobs$/, JobsPage],
  [/^\/jobs\/(?<job>[0-9a-f-]{36})$/, JobPage],
  [/^\/jobs\/(?<job>[0-9a-f-]{36})\/rounds\/(?<round>\d{1,15})$/, RoundPage],
  [/^\/sites$/, SitesPage],
  [/^\/models$/, ModelsPage],
  [/^\/governance$/, later("/governance", "Governance", async () => (await import("./governance.js")).GovernancePage)],
];
