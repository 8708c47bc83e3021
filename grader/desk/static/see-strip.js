// Draws the picture's strips: bars whose height is the logarithm of a count, refused calls below, bursts marked above.

const MARK = 6; // pixels above the bars, for the marks of bursts
const TRACK = 4; // pixels below them, for refused calls

function canvasOf(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  return { pen, width, height };
}

/** The colours of the theme that is on. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(["accent", "burst", "fail", "line", "quiet"].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/**
 * One row: cells are [bin, events, errors, burst]; the tallest bar of the picture has `most` events.
 * @param {HTMLCanvasElement} canvas
 * @param {{cells: number[][], bins: number, most: number, ticks: number[], paint: Record<string, string>}} row
 */
export function drawStrip(canvas, { cells, bins, most, ticks, paint }) {
  const { pen, width, height } = canvasOf(canvas);
  const step = width / bins;
  const bar = Math.max(1.5, step - (step > 5 ? 1 : 0));
  const room = height - MARK - TRACK;
  pen.fillStyle = paint.line;
  for (const bin of ticks) pen.fillRect(Math.round(bin * step), 0, 1, height);
  pen.fillRect(0, height - TRACK, width, 1);
  for (const [bin, events, errors, burst] of cells) {
    const x = bin * step;
    const tall = Math.max(2, (Math.log1p(events) / Math.log1p(most)) * room);
    pen.fillStyle = burst ? paint.burst : paint.accent;
    pen.globalAlpha = burst ? 1 : 0.6;
    pen.fillRect(x, height - TRACK - tall, bar, tall);
    pen.globalAlpha = 1;
    if (burst) {
      const middle = x + bar / 2;
      pen.beginPath();
      pen.moveTo(middle - 3.5, 0);
      pen.lineTo(middle + 3.5, 0);
      pen.lineTo(middle, MARK - 1);
      pen.fill();
    }
    if (errors) {
      pen.fillStyle = paint.fail;
      pen.fillRect(x, height - TRACK + 1, Math.max(bar, 2), TRACK - 1);
    }
  }
}

/** The time axis: labels are [bin, text]. */
export function drawAxis(canvas, { labels, bins, paint }) {
  const { pen, width, height } = canvasOf(canvas);
  pen.font = getComputedStyle(canvas).font;
  pen.textBaseline = "middle";
  for (const [bin, text] of labels) {
    const x = Math.round((bin / bins) * width);
    pen.fillStyle = paint.line;
    pen.fillRect(x, height - 5, 1, 5);
    pen.fillStyle = paint.quiet;
    const wide = pen.measureText(text).width;
    if (x + wide <= width) pen.fillText(text, x + 3, height / 2);
  }
}
