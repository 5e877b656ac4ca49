// Where somebody wanted to go who signs in first. The browser keeps it while the person is at another address.

/** Under which name. */
const KEPT = "confide-wanted";

/** Where the person wanted to go before signing in; never anywhere but these pages. */
export function wanted(to = new URLSearchParams(location.search).get("to") ?? "/") {
  return to.startsWith("/") && URL.canParse(to, location.origin) && new URL(to, location.origin).origin === location.origin ? to : "/";
}

/** Keeps where the address of the sign-in says, for after a sign-in somewhere else. */
export const keepWanted = () => kept((store) => store.setItem(KEPT, new URLSearchParams(location.search).get("to") ?? ""));

/** Returns what was kept, if anything, and forgets it. */
export const takeWanted = () => kept((store) => {
  const to = store.getItem(KEPT);
  store.removeItem(KEPT);
  return to ? wanted(to) : "";
});

function kept(use) {
  try {
    return use(sessionStorage);
  } catch { // storage may be off
    return "";
  }
}
