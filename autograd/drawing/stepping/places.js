// Where everything is. The library laid out each open frame; where frames are shut, their columns close up here.

const PADDING = data.padding;
const HEADER = data.header;
const GAP = 18; // between boxes above each other
const WIDEST_GAP = 90; // between columns that were moved
const SWEEPS = 6;
const SHUT = { width: 160, height: 64 };
const MOST_PORTS = 6; // lines that arrive at a shut frame side by side
const READABLE = 80; // boxes with which a graph begins, if it has frames to shut

const frames = data.frames.map(([name, parent, [width, height], items, routes, gaps]) => ({
  name, parent, width, height,
  items: items.map(([isFrame, number, x, y]) => ({ isFrame: isFrame === 1, number, x, y })),
  routes: new Map(routes.map(([tail, head, ...points]) => [`${tail},${head}`, points])),
  gaps: new Map(gaps.map(([source, ...gap]) => [source, gap])),
}));
const home = new Int32Array(COUNT); // the frame that a value is directly in
const sizeOfFrame = frames.map(() => 0); // how many values are in a frame
frames.forEach((frame, f) => frame.items.forEach((item) => { if (!item.isFrame) home[item.number] = f; }));
for (let i = 0; i < COUNT; i++) for (const f of around(home[i])) sizeOfFrame[f] += 1;

const shut = new Set();
let boxes = []; // of each value: x, y, width, height, before (room for slopes); null inside a shut frame
let borders = []; // of each frame: x, y, width, height; null inside a shut frame, and for the whole
let lines = []; // what is drawn between boxes: from, to, uses, points
let page = { width: 1, height: 1 };
let arranged = 0; // how often places were given

// A frame and all around it; the whole comes last.
function around(frame) {
  const found = [frame];
  while (found[found.length - 1] !== 0) found.push(frames[found[found.length - 1]].parent);
  return found;
}

// The outermost shut frame that a frame is in or is; 0 if all are open.
function shutAround(frame) {
  let found = 0;
  for (const f of around(frame)) if (shut.has(f)) found = f;
  return found;
}

const fullName = (frame) => around(frame).slice(0, -1).reverse().map((f) => frames[f].name).join(" / ");

function placeEverything() {
  boxes = data.names.map(() => null);
  borders = frames.map(() => null);
  const rooms = frames.map(() => null);
  for (let f = frames.length - 1; f >= 0; f--) rooms[f] = roomOf(frames[f], rooms);
  page = rooms[0];
  const waiting = [[0, 0, 0]];
  for (const [f, left, top] of waiting) { // grows while it is read
    rooms[f].items.forEach(({ item, x, y, width, height }) => {
      if (item.isFrame) {
        borders[item.number] = { x: left + x, y: top + y, width, height };
        if (!shut.has(item.number)) waiting.push([item.number, left + x + PADDING, top + y + HEADER]);
      } else {
        const [before, its, high, rows] = data.boxes[item.number];
        boxes[item.number] = { x: left + x + before, y: top + y, width: its, height: high, before, rows };
      }
    });
    rooms[f].inPlace = rooms[f].inPlace ? [left, top] : null;
  }
  lines = linesBetween(rooms);
  arranged += 1;
}

// The items of a frame with their sizes of now: where the library put them, or closed up.
function roomOf(frame, rooms) {
  let inPlace = true;
  const items = frame.items.map((item) => {
    const size = item.isFrame && shut.has(item.number) ? SHUT : sizeOf(item, rooms);
    if (size === SHUT || (item.isFrame && !rooms[item.number].inPlace)) inPlace = false;
    return { item, x: item.x, y: item.y, width: size.width, height: size.height };
  });
  const room = { items, inPlace, width: frame.width, height: frame.height };
  if (!inPlace) closeUp(room);
  return room;
}

// Columns keep their order, and boxes theirs within a column; each moves to the middle of its neighbours.
function closeUp(room) {
  const columns = [];
  let end = -Infinity;
  for (const entry of [...room.items].sort((a, b) => a.x - b.x || a.y - b.y)) {
    if (entry.x >= end) columns.push([]);
    columns[columns.length - 1].push(entry);
    end = Math.max(end, entry.x + sizeOf(entry.item, frames).width);
  }
  let x = 0;
  columns.forEach((column) => {
    column.sort((a, b) => a.y - b.y);
    const width = Math.max(...column.map((entry) => entry.width));
    let y = 0;
    column.forEach((entry) => { entry.x = x + (width - entry.width) / 2; entry.y = y; y += entry.height + GAP; });
    column.forEach((entry) => { entry.y -= y / 2; });
    x += width + WIDEST_GAP;
  });
  const neighbours = neighboursAmong(room.items);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const column of sweep % 2 ? [...columns].reverse() : columns) settle(column, neighbours);
  }
  const top = Math.min(...room.items.map((entry) => entry.y));
  room.items.forEach((entry) => { entry.y -= top; });
  room.width = x - WIDEST_GAP;
  room.height = Math.max(...room.items.map((entry) => entry.y + entry.height));
}

// How large a value or an open frame is, given the rooms of frames.
function sizeOf({ isFrame, number }, rooms) {
  if (isFrame) return { width: rooms[number].width + 2 * PADDING, height: rooms[number].height + HEADER + PADDING };
  const [before, width, height] = data.boxes[number];
  return { width: before + width, height };
}

// For each item of a frame, the items that an edge joins it to.
function neighboursAmong(items) {
  const entryOf = new Map(items.map((entry) => [entry.item.isFrame ? `f${entry.item.number}` : entry.item.number, entry]));
  const find = (i) => entryOf.get(i) ?? around(home[i]).map((f) => entryOf.get(`f${f}`)).find(Boolean);
  const neighbours = new Map(items.map((entry) => [entry, new Set()]));
  for (let user = 0; user < COUNT; user++) {
    const one = find(user);
    if (!one) continue;
    for (const operand of data.operands[user]) {
      const other = operand === HIDDEN ? undefined : find(operand);
      if (other && other !== one) { neighbours.get(one).add(other); neighbours.get(other).add(one); }
    }
  }
  return neighbours;
}

// Moves the boxes of a column towards the middle of their neighbours: those that would overlap move as one.
function settle(column, neighbours) {
  const middle = (entry) => entry.y + entry.height / 2;
  const pools = [];
  let offset = 0;
  column.forEach((entry) => {
    const near = [...neighbours.get(entry)];
    const wish = near.length ? near.reduce((sum, other) => sum + middle(other), 0) / near.length : middle(entry);
    let pool = { sum: wish - entry.height / 2 - offset, count: 1 };
    while (pools.length && pools[pools.length - 1].sum / pools[pools.length - 1].count >= pool.sum / pool.count) {
      const last = pools.pop();
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
    }
    pools.push(pool);
    offset += entry.height + GAP;
  });
  let next = 0;
  offset = 0;
  for (const pool of pools) {
    for (let n = 0; n < pool.count; n++, next++) {
      column[next].y = pool.sum / pool.count + offset;
      offset += column[next].height + GAP;
    }
  }
}

// One line for each use of a value; one for all uses between two boxes of which one is a shut frame.
function linesBetween(rooms) {
  const found = [];
  const shared = new Map();
  for (let user = 0; user < COUNT; user++) {
    const to = shutAround(home[user]);
    data.operands[user].forEach((operand, place) => {
      if (operand === HIDDEN) return;
      const from = shutAround(home[operand]);
      const key = from || to ? `${from || -1 - operand},${to || -1 - user}` : "";
      if (from && from === to) return;
      const line = shared.get(key) ?? { tail: operand, head: user, from, to, uses: [] };
      if (!line.uses.length) found.push(line);
      if (key) shared.set(key, line);
      line.uses.push({ user, place });
    });
  }
  giveWays(found, rooms);
  return found;
}

function giveWays(found, rooms) {
  const arriving = new Map();
  found.forEach((line) => {
    const start = line.from ? borders[line.from] : boxes[line.tail];
    const end = line.to ? borders[line.to] : boxes[line.head];
    const frame = home[line.head];
    const corner = rooms[frame].inPlace;
    const route = line.from || line.to || !corner || home[line.tail] !== frame ? undefined
      : frames[frame].routes.get(`${line.tail},${line.head}`);
    line.points = [start.x + start.width, start.y + start.height / 2];
    const gap = !line.to && corner && frames[frame].gaps.get(line.tail);
    if (gap) line.points.push(gap[0] + corner[0], gap[2] + corner[1], gap[1] + corner[0], gap[2] + corner[1]);
    if (route) for (let n = 2; n < route.length - 2; n += 2) line.points.push(route[n] + corner[0], route[n + 1] + corner[1]);
    const key = line.to ? `f${line.to}` : line.head;
    if (!arriving.has(key)) arriving.set(key, []);
    arriving.get(key).push(line);
    line.end = end;
  });
  for (const beside of arriving.values()) {
    beside.sort((a, b) => a.points[a.points.length - 1] - b.points[b.points.length - 1] || a.uses[0].place - b.uses[0].place);
    const { x, y, height, before = 12 } = beside[0].end;
    const room = beside[0].to && beside.length > MOST_PORTS ? 0 : Math.min(height - 12, beside.length * 16);
    beside.forEach((line, n) => {
      const port = y + (height - room) / 2 + (room * (n + 0.5)) / beside.length;
      line.points.push(x - before, port, x, port);
      delete line.end;
    });
  }
}

// A path through points: lines where it goes straight on, curves where it moves across.
function pathThrough(points) {
  const short = (number) => Math.round(number * 10) / 10;
  let path = `M${short(points[0])} ${short(points[1])}`;
  for (let n = 2; n < points.length; n += 2) {
    const [x, y, toX, toY] = points.slice(n - 2, n + 2).map(short);
    const middle = short((x + toX) / 2);
    path += y === toY ? `L${toX} ${toY}` : `C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`;
  }
  return path;
}

// Shut frames, from the innermost to the outermost, until few enough boxes are left to read them.
function shutWhatIsTooMuch() {
  const depth = (f) => around(f).length;
  const deepest = Math.max(...frames.map((_, f) => depth(f)));
  for (let level = deepest; level > 1 && boxesInSight() > READABLE; level--) {
    frames.forEach((_, f) => { if (depth(f) === level) shut.add(f); });
  }
}

function boxesInSight() {
  let count = 0;
  const seen = new Set();
  for (let i = 0; i < COUNT; i++) {
    const f = shutAround(home[i]);
    if (f === 0) count += 1;
    else seen.add(f);
  }
  return count + seen.size;
}
