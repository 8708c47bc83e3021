// The scoreboard: teams glide to their new places, unless whoever looks asked for less motion.
import "./gathered.js";

const GLIDE = { duration: 700, easing: "cubic-bezier(.3, 0, .2, 1)" };
const still = matchMedia("(prefers-reduced-motion: reduce)");
let before = new Map(); // by id: where a team was, and its points

function places() {
  return [...document.querySelectorAll(".place")].map((place) => ({
    place,
    box: place.getBoundingClientRect(),
    points: place.querySelector(".points").textContent,
  }));
}

document.body.addEventListener("htmx:beforeSwap", () => {
  before = new Map(places().map(({ place, box, points }) => [place.id, { box, points }]));
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const { place, box, points } of places()) {
    const old = before.get(place.id);
    if (!old) continue;
    if (old.points !== points) place.classList.add("changed");
    const [x, y] = [old.box.x - box.x, old.box.y - box.y];
    if ((x || y) && !still.matches) {
      place.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], GLIDE);
    }
  }
});

const big = document.getElementById("big");
document.getElementById("whole").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else big.requestFullscreen();
});
