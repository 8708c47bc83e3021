// The Contain view: says aloud which verdicts changed, lets new things appear calmly, and keeps the choice in the address.
import { notice } from "./desk.js";

const said = document.getElementById("said");
const known = { picture: new Set(), findings: new Set() };
const verdicts = new Map();

/** The ids of everything drawn in a part of the page. */
const drawn = (part) => new Set([...part.querySelectorAll("[id]")].map((element) => element.id));

document.body.addEventListener("htmx:afterSettle", ({ detail: { target, requestConfig } }) => {
  if (!(target.id in known)) return;
  const before = known[target.id];
  const now = (known[target.id] = drawn(target));
  const same = target.firstElementChild.id && before.has(target.firstElementChild.id); // not another instance
  if (same) for (const id of now) if (!before.has(id)) document.getElementById(id).classList.add("fresh");
  if (target.id === "findings") return announce(target);
  remember(target.querySelector("[name=instance]").value);
  if (requestConfig.elt.matches(".machine")) target.querySelector(".scene").focus(); // what was pressed is gone
});

function announce(findings) {
  const changed = [];
  for (const { id, dataset } of findings.querySelectorAll("[data-verdict]")) {
    if (verdicts.has(id) && verdicts.get(id) !== dataset.verdict) changed.push(dataset.said);
    verdicts.set(id, dataset.verdict);
  }
  if (changed.length) said.textContent = `${said.dataset.now} ${changed.join("; ")}`;
}

function remember(instance) {
  const address = new URL(location.href);
  if (instance) address.searchParams.set("instance", instance);
  else address.searchParams.delete("instance");
  history.replaceState(null, "", address);
}

document.getElementById("grade").addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful) notice(said.dataset.graded, "pass");
});
