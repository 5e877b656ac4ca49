// Runs before the first paint, so that a page never flashes in the other theme. The system's by default; a choice is remembered.
{
  const asked = new URLSearchParams(location.search).get("theme");
  let kept = null;
  try {
    kept = localStorage.getItem("confide-theme");
  } catch { /* storage may be off */ }
  const theme = ["light", "dark"].find((known) => known === asked || (!asked && known === kept));
  if (theme) document.documentElement.dataset.theme = theme;
}
