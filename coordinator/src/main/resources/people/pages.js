// Which page belongs to which address.
import { JobPage } from "./job.js";
import { JobsPage } from "./jobs.js";
import { ModelsPage } from "./models.js";
import { OverviewPage } from "./overview.js";
import { RoundPage } from "./round.js";
import { SitesPage } from "./sites.js";

/** [pattern of the path, class]; a page is made of the pattern's groups and a function to call when it has changed. */
export const PAGES = [
  [/^\/$/, OverviewPage],
  [/^\/jobs$/, JobsPage],
  [/^\/jobs\/(?<job>[0-9a-f-]{36})$/, JobPage],
  [/^\/jobs\/(?<job>[0-9a-f-]{36})\/rounds\/(?<round>\d{1,15})$/, RoundPage],
  [/^\/sites$/, SitesPage],
  [/^\/models$/, ModelsPage],
];
