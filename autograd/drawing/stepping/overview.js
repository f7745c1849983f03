// The picture from afar: where too much is in sight to be read, every box is a rectangle on a canvas.

const MOST_WAYS = 8000; // lines that are drawn from afar; of more, some stand for all
const pens = ["ways", "blocks"].map((id) => document.getElementById(id).getContext("2d"));
let inks = null; // colours of the page, read from its style
let waysDrawn = ""; // for which view the lines were drawn: they stay while steps go by

function readInks() {
  const style = getComputedStyle(document.documentElement);
  const ink = (name) => style.getPropertyValue(`--${name}`);
  inks = { way: ink("way"), forward: ink("forward"), backward: ink("backward"), seed: ink("backward"), match: ink("match"), paper: ink("paper") };
  for (const role of new Set(data.roles)) inks[role] = ink(`${role}-line`);
  waysDrawn = "";
}

function drawOverview(needed, nodes, seen) {
  for (const { canvas } of pens) canvas.hidden = !needed;
  if (!needed) return;
  if (!inks) readInks();
  const now = [view.x, view.y, view.scale, graph.clientWidth, graph.clientHeight, arranged].join();
  if (now !== waysDrawn) {
    const stride = Math.ceil(seen.length / MOST_WAYS);
    strokeLines(cleared(pens[0]), seen.filter((_, n) => n % stride === 0), inks.way, 0.6);
    waysDrawn = now;
  }
  const pen = cleared(pens[1]);
  strokeLines(pen, [...active.lines].filter((n) => n !== undefined).map((n) => lines[n]), inks[active.kind], 1.5);
  for (const i of nodes) drawBlock(pen, i);
}

// A pen on an empty canvas as large and as sharp as the screen has room for.
function cleared(pen) {
  const sharpness = Math.min(2, devicePixelRatio);
  pen.canvas.width = graph.clientWidth * sharpness;
  pen.canvas.height = graph.clientHeight * sharpness;
  pen.setTransform(view.scale * sharpness, 0, 0, view.scale * sharpness, view.x * sharpness, view.y * sharpness);
  return pen;
}

function strokeLines(pen, some, colour, width) {
  pen.beginPath();
  for (const { points } of some) {
    pen.moveTo(points[0], points[1]);
    for (let n = 2; n < points.length; n += 2) pen.lineTo(points[n], points[n + 1]);
  }
  pen.lineWidth = width / view.scale;
  pen.strokeStyle = colour;
  pen.stroke();
}

function drawBlock(pen, i) {
  const { x, y, width, height } = boxes[i];
  const ink = i === active.node || active.operands.has(i) ? inks[active.kind] : "";
  const marked = state.matches.has(i) || i === state.selected || onWay.nodes.has(i);
  pen.fillStyle = i === active.node ? ink : isKnown(i) ? inks[data.roles[i]] : inks.paper;
  pen.fillRect(x, y, width, height);
  pen.strokeStyle = ink || (marked ? inks.match : inks[data.roles[i]]);
  pen.lineWidth = (ink || marked ? 2.5 : 1) / view.scale;
  pen.strokeRect(x, y, width, height);
}

// The value whose box is under a place of the graph.
function nodeAt(x, y) {
  const at = { x: (x - view.x) / view.scale, y: (y - view.y) / view.scale };
  return boxes.findIndex((box) => box && at.x >= box.x && at.x <= box.x + box.width && at.y >= box.y && at.y <= box.y + box.height);
}
