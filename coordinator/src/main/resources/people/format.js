// Numbers, times and words as people read them (see the design note, section 5). Nothing here touches the page.
const NBSP = "\u00a0";
const DAY = 86_400_000;

/** 18442 → "18 442", with a narrow space. */
export function count(n) {
  return Number.isFinite(n) ? String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, "\u202f") : "–";
}

/** Seconds → "340 ms", "18.9 s", "4 min", "2 h 5 min". */
export function duration(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds < 0.9995) return Math.round(seconds * 1000) + NBSP + "ms";
  if (seconds < 120) return seconds.toFixed(1) + NBSP + "s";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes + NBSP + "min";
  const rest = minutes % 60;
  return Math.floor(minutes / 60) + NBSP + "h" + (rest ? " " + rest + NBSP + "min" : "");
}

/** An estimate: as a duration, and below two minutes in whole seconds. */
export function roughly(seconds) {
  return seconds >= 1 && seconds < 120 ? Math.round(seconds) + NBSP + "s" : duration(seconds);
}

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"];

/** 2150 → "2.1 KiB". */
export function bytes(n) {
  if (!Number.isFinite(n)) return "–";
  const unit = n < 1024 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(n) / 10));
  return (unit ? (n / 1024 ** unit).toFixed(1) : count(n)) + NBSP + SIZES[unit];
}

/** Three decimals, with a real minus; "–" for what is not known. */
export function metric(value) {
  return Number.isFinite(value) ? value.toFixed(3).replace("-", "−") : "–";
}

/** A small number to three digits, with a real minus: "0.0123", "1.2 · 10⁻⁵". */
export function small(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0 || Math.abs(value) >= 0.001) return String(Number(value.toPrecision(3))).replace("-", "−");
  const [digits, power] = value.toExponential(2).split("e");
  return `${Number(digits)}${NBSP}·${NBSP}10${raised(power)}`.replace("-", "−");
}

const raised = (power) => [...power.replace("+", "")].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])).join("");

/** ε that is spent or promised: two decimals, rounded up. */
export function spent(epsilon) {
  return Number.isFinite(epsilon) ? (Math.ceil(epsilon * 100 - 1e-9) / 100).toFixed(2) : "–";
}

/** δ: "10⁻⁵", or as it is where it is no power of ten. */
export function delta(value) {
  const [digits, power] = value.toExponential().split("e");
  return digits === "1" ? "10" + raised(power) : `${digits}\u00a0·\u00a010${raised(power)}`;
}

const METRICS = {
  auc: "AUC", aucErrorBound: "Histogram error of the AUC (not a confidence interval)", logLoss: "Log loss", accuracy: "Accuracy", brier: "Brier score", loss: "Training loss",
  ece: "Calibration error", mce: "Largest calibration error", rows: "Rows in the evaluation", positives: "Of these with the event",
};
const COUNTS = new Set(["rows", "positives"]);

/** Names of metrics as people say them. */
export function metricName(key) {
  return METRICS[key] ?? key.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().replace(/^./, (c) => c.toUpperCase());
}

/** Metrics as pairs of key and value, in the order in which people ask for them. */
export function metrics(values) {
  const place = (key) => (key in METRICS ? Object.keys(METRICS).indexOf(key) : Infinity);
  return Object.entries(values).filter(([, value]) => Number.isFinite(value)).sort(([a], [b]) => Math.sign(place(a) - place(b)) || 0);
}

/** The value of a metric of a job: counts are whole, everything else has three decimals. */
export const metricValue = (key, value) => (COUNTS.has(key) ? count(value) : metric(value));

/** "5138dbc6…" of a hash. */
export function shortHash(hash) {
  return String(hash).length > 12 ? String(hash).slice(0, 4) + NBSP + String(hash).slice(4, 8) + NBSP + "…" + NBSP + String(hash).slice(-4) : String(hash);
}

/** The eight digits by which people name a job or a hash. */
export const shortId = (id) => String(id).slice(0, 8);

/** Replaces every full hash in a sentence by the eight digits by which people name it. */
export function shortHashes(sentence) {
  return String(sentence).replace(/\b([0-9a-f]{8})[0-9a-f]{56}\b/g, "$1");
}

/** A sentence as the coordinator says it, for people: begins large, ends with a point, and has no full hashes. */
export function sentence(text) {
  const first = shortHashes(text).replace(/^./u, (c) => c.toUpperCase());
  return first === "" || /[.!?]$/.test(first) ? first : first + ".";
}

export function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** "train fold 0" → "train, fold 1 of 5": people count from 1. `folds` is how many there are, if that is known. */
export function taskWords(task, folds) {
  const [, kind, fold] = /^(\w+) (?:final|fold (\d+))$/.exec(task ?? "") ?? [];
  if (!kind) return task ?? "";
  return fold === undefined ? kind + ", final model" : `${kind}, ${foldWords(Number(fold), folds)}`;
}

/** The fold that programs call `index`. */
export const foldWords = (index, folds) => `fold ${index + 1}${folds > index ? " of " + folds : ""}`;

const CLASS_LOWEST = 64;

/**
 * The least power of two of milliseconds above a time, in seconds, as the coordinator tells how long a site usually takes:
 * training time says something of how many rows a site has, the more so over many rounds.
 */
export function timeClass(seconds) {
  if (!Number.isFinite(seconds)) return NaN;
  return Math.max(CLASS_LOWEST, 2 ** (Math.floor(Math.log2(Math.max(1, Math.floor(seconds * 1000)))) + 1)) / 1000;
}

/** "1 site", "2 sites". */
export function plural(n, word, many = word + "s") {
  return count(n) + NBSP + (n === 1 ? word : many);
}

/** Letters that run from the right, and marks that turn what stands after them. */
const TURNS = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Text without marks that would end what keeps it apart from its surroundings, or begin what nothing ends; nobody sees them. */
export const unmarked = (text) => String(text ?? "").replace(/[\u2066-\u2069]/g, "");

/** Text that somebody else chose, for the middle of a sentence: where it could turn the words beside it, it is kept apart. */
export const apart = (text) => (TURNS.test(text) ? "\u2068" + unmarked(text) + "\u2069" : text);

/** A sentence of the coordinator’s in which each of these names is kept apart. */
export const apartIn = (text, names) => [...new Set(names)].filter((name) => apart(name) !== name).sort((a, b) => b.length - a.length).reduce((so, name) => so.replaceAll(name, () => apart(name)), text);

/** "A", "A and B", "A, B and C", "A, B, C and 4 more". */
export function list(names, most = 4) {
  const shown = names.length > most + 1 ? [...names.slice(0, most).map(apart), names.length - most + " more"] : names.map(apart);
  return shown.length < 2 ? shown.join("") : shown.slice(0, -1).join(", ") + " and " + shown.at(-1);
}

let zone = "UTC";
try {
  zone = localStorage.getItem("confide-zone") === "local" ? undefined : "UTC";
} catch { /* storage may be off */ }

export const inUtc = () => zone === "UTC";

export function toggleZone() {
  zone = inUtc() ? undefined : "UTC";
  try {
    localStorage.setItem("confide-zone", inUtc() ? "UTC" : "local");
  } catch { /* fine */ }
}

/** "14:31:53", or "20 Nov, 16:05" when it is more than a day away. */
export function clock(millis, now = Date.now()) {
  const date = new Date(millis);
  if (Number.isNaN(date.getTime())) return "–";
  // What is half a day ahead may be tomorrow at this time.
  const options = now - millis < DAY && millis - now < DAY / 2
    ? { hour: "2-digit", minute: "2-digit", second: "2-digit" }
    : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat("en-GB", { ...options, hourCycle: "h23", timeZone: zone }).format(date);
}

/** "14:31:53 to 14:32:02", or "20 Nov, 16:05:09 to 16:05:18" when it is more than a day away; only the beginning where the end is not known. */
export function fromTo(from, to) {
  const time = (millis) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone }).format(millis);
  const begin = clock(from);
  const far = begin.includes(",") ? begin.split(",")[0] + ", " : "";
  return Number.isFinite(to) ? `${far}${time(from)} to ${time(to)}` : begin;
}

/** "15 s ago", "4 min ago", "in 24 h"; up to a minute in the future is now, because clocks differ. */
export function ago(millis, now = Date.now()) {
  if (millis - now >= 60_000) return "in" + NBSP + span(Math.round((millis - now) / 1000));
  const seconds = Math.max(0, Math.floor((now - millis) / 1000));
  return (seconds < 60 ? seconds + NBSP + "s" : span(seconds)) + NBSP + "ago";
}

function span(seconds) {
  if (seconds < 3600) return Math.floor(seconds / 60) + NBSP + "min";
  if (seconds < 172_800) return Math.floor(seconds / 3600) + NBSP + "h";
  return Math.floor(seconds / 86_400) + NBSP + "days";
}
