// Many changes in a row become one: "lab:teams" on the body, at most every so often, and never long after the last one.
const TOPICS = ["sheet", "findings", "hints", "account", "event"];
const PAUSE = 1500; // milliseconds
let due = null;

for (const topic of TOPICS) {
  document.body.addEventListener(`lab:${topic}`, () => {
    due ??= setTimeout(() => {
      due = null;
      document.body.dispatchEvent(new CustomEvent("lab:teams"));
    }, PAUSE);
  });
}
