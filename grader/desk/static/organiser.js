// The organiser's page: a dialog for one team, and a question before whatever cannot be undone.
import "./gathered.js";

const ask = document.getElementById("ask");
const question = document.getElementById("ask-question");
document.body.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  question.textContent = event.detail.question;
  ask.returnValue = "no";
  ask.showModal();
  ask.addEventListener("close", () => ask.returnValue === "yes" && event.detail.issueRequest(true), { once: true });
});

const team = document.getElementById("team");
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) team.close(); // what went wrong is said on the page below
  else if (event.detail.elt.dataset.opens === "team" && !team.open) team.showModal();
});
team.addEventListener("close", () => document.getElementById("team-part").replaceChildren()); // a link is shown once
