// Before the first paint, and whenever the system changes: the page's own theme, the one chosen here earlier, or the system's.
const system = matchMedia("(prefers-color-scheme: dark)");
const own = document.documentElement.dataset.theme;

function show() {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? own ?? (system.matches ? "dark" : "light");
  document.body?.dispatchEvent(new CustomEvent("lab:theme"));
}
show();
system.addEventListener("change", show);
