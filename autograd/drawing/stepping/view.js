// Pan and zoom: the part of the page that is in sight. Wheel, drag, pinch, keys and buttons come together here.

const NEAREST = 3;
const FARTHEST = 0.02;
const LEGIBLE = 0.55; // below, texts cannot be read: a large graph begins with a part of it
const CLOSE = 0.8; // the scale of such a part
const MARGIN = 28;
const GLIDE = 220; // milliseconds
const SLACK = 4; // pixels that a click may move

const graph = document.getElementById("graph");
const svg = document.getElementById("picture");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const view = { x: 0, y: 0, scale: 1 };
let gliding = 0;
let dragged = false;

const inSight = () => ({
  left: -view.x / view.scale, top: -view.y / view.scale,
  right: (graph.clientWidth - view.x) / view.scale, bottom: (graph.clientHeight - view.y) / view.scale,
});

function zoom(factor, x = graph.clientWidth / 2, y = graph.clientHeight / 2) {
  const scale = Math.min(NEAREST, Math.max(FARTHEST, view.scale * factor));
  stopGliding();
  view.x = x - ((x - view.x) * scale) / view.scale;
  view.y = y - ((y - view.y) * scale) / view.scale;
  view.scale = scale;
  drawSoon();
}

function pan(dx, dy) {
  stopGliding();
  view.x += dx;
  view.y += dy;
  drawSoon();
}

// The scale at which all is in sight.
const fitting = () => Math.min(1.4,
  (graph.clientWidth - 2 * MARGIN) / page.width, (graph.clientHeight - 2 * MARGIN - 30) / page.height);

function fit(milliseconds = GLIDE) {
  const scale = Math.max(FARTHEST, fitting());
  const x = (graph.clientWidth - page.width * scale) / 2;
  glideTo(x, (graph.clientHeight - page.height * scale) / 2, scale, milliseconds);
}

// The whole where it can be read, and else the first operation, with its operands as far as there is room; at once.
let begun = false; // a page in a notebook may be set up before it has a size

function beginView() {
  begun = graph.clientWidth > 0;
  if (!begun) return;
  if (fitting() >= LEGIBLE) return fit(0);
  const node = operations[0] ?? ROOT;
  const [first] = targetsOf([node]);
  const { left } = extentOf(targetsOf([node, ...data.operands[node].filter((i) => i !== HIDDEN)]));
  const x = Math.min(MARGIN - left * CLOSE, graph.clientWidth - MARGIN - (first.x + first.width) * CLOSE);
  const y = graph.clientHeight / 2 - (first.y + first.height / 2) * CLOSE;
  glideTo(x, Math.min(y, Math.max(MARGIN, (graph.clientHeight - page.height * CLOSE) / 2)), CLOSE, 0);
}

// The boxes in which values are shown: their own, or that of a shut frame.
const targetsOf = (nodes) => nodes.map((i) => boxes[i] ?? borders[shutAround(home[i])]);

// Moves as little as is needed to have these values in sight; the first of them counts most.
function show(nodes, closer = false) {
  if (!nodes.length) return;
  const scale = closer && view.scale < LEGIBLE ? CLOSE : view.scale;
  const targets = targetsOf(nodes);
  let area = extentOf(targets);
  const wide = (graph.clientWidth - 2 * MARGIN) / scale;
  const high = (graph.clientHeight - 2 * MARGIN - 30) / scale;
  if (area.right - area.left > wide || area.bottom - area.top > high) area = extentOf(targets.slice(0, 1));
  const x = nearestPlace(view.x, area.left * scale, area.right * scale, graph.clientWidth);
  const y = nearestPlace(view.y, area.top * scale, area.bottom * scale, graph.clientHeight - 30);
  if (scale !== view.scale || Math.abs(x - view.x) > 1 || Math.abs(y - view.y) > 1) glideTo(x, y, scale);
}

const extentOf = (targets) => ({
  left: Math.min(...targets.map((box) => box.x)), right: Math.max(...targets.map((box) => box.x + box.width)),
  top: Math.min(...targets.map((box) => box.y)), bottom: Math.max(...targets.map((box) => box.y + box.height)),
});

function nearestPlace(now, start, end, length) {
  if (start + now < MARGIN) return MARGIN - start;
  if (end + now > length - MARGIN) return Math.max(length - MARGIN - end, MARGIN - start);
  return now;
}

function glideTo(x, y, scale, milliseconds = GLIDE) {
  stopGliding();
  const from = { ...view };
  const begin = performance.now();
  const move = (now) => {
    const part = still.matches || document.hidden || !milliseconds ? 1 : Math.min(1, Math.max(0, (now - begin) / milliseconds));
    const eased = part * part * (3 - 2 * part);
    view.x = from.x + (x - from.x) * eased;
    view.y = from.y + (y - from.y) * eased;
    view.scale = from.scale + (scale - from.scale) * eased;
    draw();
    gliding = part < 1 ? requestAnimationFrame(move) : 0;
  };
  move(begin);
}

function stopGliding() {
  cancelAnimationFrame(gliding);
  gliding = 0;
}

// Fingers and the mouse: one drags, two pinch.
function listenToPointers() {
  const down = new Map();
  const place = (event) => {
    const frame = graph.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    down.set(event.pointerId, { ...place(event), startX: event.clientX, startY: event.clientY });
    if (down.size === 1) dragged = false;
  });
  addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    const others = [...down].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    if (Math.hypot(event.clientX - before.startX, event.clientY - before.startY) > SLACK) dragged = true;
    if (others.length === 1) {
      const [other] = others;
      const span = (at) => Math.max(1, Math.hypot(at.x - other.x, at.y - other.y));
      dragged = true;
      zoom(span(now) / span(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
      pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else if (dragged) {
      pan(now.x - before.x, now.y - before.y);
    }
    Object.assign(before, now);
  });
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => down.delete(event.pointerId));
  svg.addEventListener("click", (event) => { if (dragged) event.stopPropagation(); }, { capture: true });
  graph.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = place(event);
    zoom(Math.exp(-Math.max(-80, Math.min(80, event.deltaY * (event.deltaMode ? 30 : 1))) / 300), x, y);
  }, { passive: false });
}
