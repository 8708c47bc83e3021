// Counts down what is left of the event: every [data-left] holds seconds. At zero the page asks anew.
const ends = new WeakMap(); // by element: when its time is over, in milliseconds of this page's clock

function clock(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return [hours, ...[minutes, rest].map((part) => String(part).padStart(2, "0"))].join(":");
}

setInterval(() => {
  for (const element of document.querySelectorAll("[data-left]")) {
    if (!ends.has(element)) ends.set(element, performance.now() + Number(element.dataset.left) * 1000);
    const left = Math.max(0, Math.ceil((ends.get(element) - performance.now()) / 1000));
    element.textContent = clock(left);
    if (left === 0) {
      delete element.dataset.left;
      document.body.dispatchEvent(new CustomEvent("lab:event"));
    }
  }
}, 1000);
