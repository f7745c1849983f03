// The picture in detail: an element for each box and line in sight, as it is at this step.

const SVG = "http://www.w3.org/2000/svg";
const MOST_BOXES = 300; // in sight; more are drawn as an overview
const LONGEST_DASHED = 4000; // dashes of longer lines take a browser long
const TOO_SMALL = 0.18; // the scale below which nothing can be read
const MOST_LINES = 800;
const ROW = 15;

const layers = {};
const drawn = { frames: new Map(), lines: new Map(), nodes: new Map() };
let active = {}; // what the step is about: kind, node, operands, lines, frames
let onWay = {}; // the nodes and lines of the path that is shown
let lineAt = []; // of each use of a value, the line that shows it
let waiting = 0;

function shape(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const text = (kind, x, y, content) => shape("text", { class: kind, x, y }, content);

function preparePicture() {
  layers.all = shape("g", {});
  for (const name of ["frames", "lines", "nodes"]) layers.all.append((layers[name] = shape("g", {})));
  svg.append(layers.all);
}

function drawSoon() {
  if (!waiting) waiting = requestAnimationFrame(draw);
}

function draw() {
  cancelAnimationFrame(waiting);
  waiting = 0;
  const sight = inSight();
  const touches = (box) => box && box.x < sight.right && box.x + box.width > sight.left
    && box.y < sight.bottom && box.y + box.height > sight.top;
  const nodes = [];
  for (let i = 0; i < COUNT; i++) if (touches(boxes[i])) nodes.push(i);
  const seen = lines.filter((line) => touches(line.area));
  const detailed = view.scale > TOO_SMALL && nodes.length <= MOST_BOXES && seen.length <= MOST_LINES;
  svg.classList.toggle("far", !detailed);
  layers.all.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  const open = borders.map((_, f) => f).filter((f) => touches(borders[f]));
  sync("frames", open, drawFrame);
  sync("lines", detailed ? seen.map((line) => line.number) : [], drawLine);
  sync("nodes", detailed ? nodes : [], drawNode);
  drawOverview(!detailed, nodes, seen);
}

// Keeps the elements of a layer up to date: one for each key, in order, made again when what it says has changed.
function sync(layer, keys, make) {
  const known = drawn[layer];
  const wanted = new Set(keys);
  for (const [key, { element }] of known) {
    if (!wanted.has(key)) { element.remove(); known.delete(key); }
  }
  let before = null;
  for (const key of keys) {
    const old = known.get(key);
    const made = make(key, old?.said);
    if (made) {
      const focused = old && old.element === document.activeElement;
      if (old) old.element.replaceWith(made.element);
      else if (before) before.after(made.element);
      else layers[layer].prepend(made.element);
      known.set(key, made);
      if (focused) made.element.focus({ preventScroll: true });
    }
    before = known.get(key).element;
  }
}

// Boxes

function classOfNode(i) {
  const classes = ["node", data.roles[i]];
  if (!isKnown(i)) classes.push("future");
  if (active.node === i) classes.push("active", active.kind);
  else if (active.operands.has(i)) classes.push("touched", active.kind);
  if (state.selected === i) classes.push("selected");
  if (state.matches.has(i)) classes.push("match");
  if (onWay.nodes.has(i)) classes.push("way");
  return classes.join(" ");
}

function drawNode(i, said) {
  const gradient = gradientOf(i);
  const now = `${classOfNode(i)}|${isKnown(i)}|${gradient ? received(i) : -1}|${boxes[i].x},${boxes[i].y}`;
  if (now === said) return null;
  const { x, y, width, height } = boxes[i];
  const element = shape("g", {
    class: classOfNode(i), transform: `translate(${x} ${y})`, tabindex: 0, role: "button",
    "data-node": i, "aria-label": spoken(i), "aria-pressed": state.selected === i,
  });
  element.append(shape("title", {}, spoken(i, exact)), shape("rect", { class: "halo", x: -5, y: -5, width: width + 10, height: height + 10, rx: 10 }));
  element.append(shape("rect", { class: "box", width, height, rx: isConstant(i) ? height / 2 : 6 }));
  if (isConstant(i)) {
    const name = data.labelled[i] ? `${nameOf(i)} = ${short(data.data[i])}` : nameOf(i);
    element.append(text("number middle", width / 2, height / 2 + 4, name));
  } else {
    element.append(...rowsOf(i, gradient, width, height));
  }
  return { element, said: now };
}

function rowsOf(i, gradient, width, height) {
  const { rows } = boxes[i];
  let y = (height - 20 - ROW * (2 + rows)) / 2 + 15;
  const parts = [text(data.labelled[i] ? "name" : "name given", 10, y, nameOf(i)), text("symbol end", width - 10, y, data.symbols[i])];
  y += 17;
  parts.push(text("word", 10, y, "data"), text(isKnown(i) ? "number end" : "number end blank", width - 10, y, isKnown(i) ? short(data.data[i]) : "\u00b7"));
  const count = received(i);
  const first = count > rows ? count - rows + 1 : 0;
  for (let row = 0; row < rows; row++) {
    y += ROW;
    const number = first ? first + row - 1 : row;
    if (first && row === 0) parts.push(text("term end", width - 10, y, `${count - rows + 1} terms before`));
    else if (number < count) {
      const fresh = terms[i][number].step === state.step ? " fresh" : "";
      parts.push(text(`term end${fresh}`, width - 10, y, (number ? "+ " : "") + termText(terms[i][number], number === 0)));
    }
  }
  y += ROW;
  const kind = !gradient ? "blank" : gradient.whole ? "gradient" : "gradient partly";
  const sofar = gradient && !gradient.whole ? "so far" : "grad";
  parts.push(text("word", 10, y, sofar), text(`number end ${kind}`, width - 10, y, gradient ? short(gradient.sum) : "\u00b7"));
  return parts;
}

// Frames

function drawFrame(f, said) {
  const { x, y, width, height } = borders[f];
  const isShut = shut.has(f);
  const progress = isShut ? progressOf(f) : "";
  const mark = (isShut && active.frames.get(f)) || "";
  const now = [x, y, width, height, isShut, progress, mark].join();
  if (now === said) return null;
  const element = shape("g", { class: `frame ${isShut ? "shut" : "open"} ${mark}`, transform: `translate(${x} ${y})` });
  element.append(shape("rect", { class: "border", width, height, rx: 10 }));
  const head = shape("g", {
    class: "head", tabindex: 0, role: "button", "data-frame": f, "aria-expanded": !isShut,
    "aria-label": isShut ? `Expand ${fullName(f)}, ${sizeOfFrame[f]} values, ${progress}` : `Collapse ${fullName(f)}`,
  });
  head.append(shape("rect", { class: "grip", width, height: isShut ? height : HEADER, rx: 10 }));
  head.append(text("caption", 10, isShut ? 24 : 17, `${isShut ? "\u25b8" : "\u25be"} ${frames[f].name}`));
  if (isShut) head.append(text("word", 10, 45, progress));
  element.append(head);
  return { element, said: now };
}

// How far a shut frame is: how many of its values, or gradients, are there.
function progressOf(f) {
  if (!contents.has(f)) {
    const inside = data.names.map((_, i) => i).filter((i) => !isConstant(i) && around(home[i]).includes(f));
    const rising = (steps) => Int32Array.from(steps).sort();
    contents.set(f, { made: rising(inside.map((i) => madeAt[i])), whole: rising(inside.map(wholeAt)) });
  }
  const { made, whole } = contents.get(f);
  const backward = state.step >= SEED;
  return `${backward ? "grad" : "data"} ${countUpTo(backward ? whole : made, (step) => step)} of ${made.length}`;
}

const contents = new Map();
const wholeAt = (i) => (i === ROOT ? SEED : terms[i][terms[i].length - 1]?.step ?? LAST);

// Lines

function classOfLine(line) {
  const classes = ["line", line.flows ? "flows" : "still"];
  if (line.area.width < LONGEST_DASHED) classes.push("short");
  if (active.lines.has(line.number)) classes.push("active", active.kind);
  if (line.first > state.step) classes.push("future"); // its slope is not there yet
  if (onWay.lines.has(line.number)) classes.push("way");
  return classes.join(" ");
}

function drawLine(number, said) {
  const line = lines[number];
  const now = `${number}|${classOfLine(line)}`;
  if (now === said) return null;
  const [x, y] = line.points.slice(-2);
  const element = shape("g", { class: classOfLine(line), "data-line": number });
  element.append(shape("path", { class: "track", d: line.path }));
  element.append(shape("path", { class: "tip", d: `M${x} ${y}l-7 -3.5v7z` }));
  const [{ user, place }] = line.uses;
  const slope = slopeOf(user, place);
  if (line.uses.length === 1 && !line.to && slope !== CONSTANT && isKnown(user)) {
    element.append(shape("title", {}, `${derivative(user, data.operands[user][place])} = ${exact(slope)}`));
    const hasRoom = boxes[user].before > 20 || active.lines.has(number) || onWay.lines.has(number);
    if (hasRoom) element.append(text("slope end", x - 10, y - 4, `${TIMES} ${short(slope)}`));
  }
  return { element, said: now };
}

// What the step is about, for all that is drawn.
function markStep() {
  const { kind, node } = stepOf(state.step);
  active = { kind, node, operands: new Set(), lines: new Set(), frames: new Map() };
  if (kind === "forward" || kind === "backward") {
    data.operands[node].forEach((operand, place) => {
      if (operand === HIDDEN || (kind === "backward" && slopeOf(node, place) === CONSTANT)) return;
      active.operands.add(operand);
      active.lines.add(lineAt[node][place]);
      active.frames.set(shutAround(home[operand]), `touched ${kind}`);
    });
  }
  if (node >= 0) active.frames.set(shutAround(home[node]), `active ${kind}`);
  const { nodes, uses } = state.way ?? { nodes: [], uses: [] };
  onWay = { nodes: new Set(nodes), lines: new Set(uses.map(({ user, place }) => lineAt[user][place])) };
}

function prepareLines() {
  lineAt = data.operands.map((operands) => new Array(operands.length));
  lines.forEach((line, number) => {
    line.number = number;
    line.path = pathThrough(line.points);
    line.first = LAST;
    line.flows = false;
    for (const { user, place } of line.uses) {
      lineAt[user][place] = number;
      line.first = Math.min(line.first, madeAt[user]);
      if (slopeOf(user, place) !== CONSTANT) line.flows = true;
    }
    const xs = line.points.filter((_, n) => n % 2 === 0);
    const ys = line.points.filter((_, n) => n % 2 === 1);
    line.area = { x: Math.min(...xs), y: Math.min(...ys) };
    line.area.width = Math.max(...xs) - line.area.x + 1;
    line.area.height = Math.max(...ys) - line.area.y + 1;
  });
  for (const { element } of drawn.lines.values()) element.remove();
  drawn.lines.clear();
  markStep();
}
