// What the reader does: steps, plays, finds, selects, opens and shuts.

const MOST_FOUND = 30;
const byId = (id) => document.getElementById(id);
let player = 0;

function update() {
  markStep();
  draw();
  describeStep();
  byId("slider").value = state.step;
  byId("slider").setAttribute("aria-valuetext", heading());
  byId("counter").textContent = `${state.step} / ${LAST}`;
  for (const id of ["first", "back"]) byId(id).disabled = state.step === 0;
  for (const id of ["next", "last"]) byId(id).disabled = state.step === LAST;
}

function go(step) {
  const to = Math.min(LAST, Math.max(0, step));
  if (to === state.step) return;
  state.step = to;
  update();
  if (state.selected >= 0) describeSelected();
  else byId("panel").scrollTop = 0;
  const { kind, node } = stepOf(to);
  if (kind !== "start") show([node, ...active.operands]);
  byId("said").textContent = sentence();
}

function play(on = !player) {
  clearInterval(player);
  player = 0;
  if (on) {
    if (state.step === LAST) go(0);
    player = setInterval(() => { if (state.step === LAST) play(false); else go(state.step + 1); }, Number(byId("speed").value));
  }
  byId("play").setAttribute("aria-label", on ? "Pause" : "Play");
  byId("play").classList.toggle("playing", on);
}

const step = (to) => { play(false); go(to); };

function select(i, bring = false) {
  state.selected = i;
  state.way = null;
  markStep();
  describeSelected();
  if (i >= 0 && bring) {
    reveal(i);
    show([i], true);
  }
  if (i >= 0) {
    byId("details").scrollIntoView({ block: "nearest" });
    byId("said").textContent = `${spoken(i)}. Details are in the explanation.`;
  }
  draw();
}

// Opens the frames around a value.
function reveal(i) {
  const closed = around(home[i]).filter((f) => shut.has(f));
  if (!closed.length) return;
  closed.forEach((f) => shut.delete(f));
  rearrange();
}

function rearrange() {
  placeEverything();
  prepareLines();
  draw();
}

// Opens or shuts a frame, which stays where it is in sight.
function toggle(f) {
  const before = borders[f];
  if (!shut.delete(f)) shut.add(f);
  placeEverything();
  prepareLines();
  view.x += (before.x - borders[f].x) * view.scale;
  view.y += (before.y - borders[f].y) * view.scale;
  draw();
  svg.querySelector(`[data-frame="${f}"]`)?.focus({ preventScroll: true });
  byId("said").textContent = `${fullName(f)} is ${shut.has(f) ? "collapsed" : "expanded"}.`;
}

function toggleAll(on) {
  frames.forEach((_, f) => { if (f) { if (on) shut.add(f); else shut.delete(f); } });
  rearrange();
  beginView();
}

// Finding

function search() {
  const words = byId("sought").value.toLowerCase().split(/\s+/).filter(Boolean);
  const texts = (i) => `${data.names[i]} ${data.symbols[i]} ${data.kinds[i]} ${scopeOf(i)}`.toLowerCase();
  const found = words.length ? data.names.map((_, i) => i).filter((i) => words.every((word) => texts(i).includes(word))) : [];
  state.matches = new Set(found);
  const rows = found.slice(0, MOST_FOUND).map((i) => el("button", { type: "button", onclick: () => { closeSearch(); select(i, true); } },
    el("span", {}, nameOf(i)), el("span", { class: "hint" }, [data.symbols[i], scopeOf(i)].filter(Boolean).join(" \u00b7 "))));
  const title = `${counted(found.length, "value")} found`;
  byId("found").replaceChildren(el("p", { class: "hint" }, title), ...rows);
  byId("found").hidden = !words.length;
  byId("said").textContent = words.length ? title : "";
  draw();
}

function closeSearch() {
  byId("found").hidden = true;
}

function endSearch() {
  byId("sought").value = "";
  search();
  byId("sought").blur();
}

// Keys

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { target, key } = event;
  if (key === "Escape") {
    if (!byId("found").hidden || target === byId("sought")) endSearch();
    else select(-1);
    return;
  }
  if (target.matches("input[type=search], select")) return;
  const pressable = target.closest("button, summary, [role=button]");
  if (pressable && (key === "Enter" || key === " ")) {
    if (pressable.closest("svg") && pressable.matches("g")) { event.preventDefault(); press(pressable); }
    return;
  }
  const action = {
    ArrowRight: () => step(state.step + 1), ArrowLeft: () => step(state.step - 1),
    Home: () => step(0), End: () => step(LAST), " ": () => play(),
    "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: () => fit(),
    "/": () => byId("sought").focus(),
  }[key];
  if (!action) return;
  event.preventDefault();
  action();
}

function press(element) {
  if (element.dataset.frame) toggle(Number(element.dataset.frame));
  else if (element.dataset.node) select(Number(element.dataset.node));
}

function onClick(event) {
  const pressed = event.target.closest("[data-node], [data-frame]");
  const { left, top } = graph.getBoundingClientRect();
  const i = pressed || !svg.classList.contains("far") ? -1 : nodeAt(event.clientX - left, event.clientY - top);
  if (pressed) press(pressed);
  else if (i >= 0) select(i, true);
}

function listen() {
  const actions = {
    first: () => step(0), back: () => step(state.step - 1), play: () => play(), next: () => step(state.step + 1),
    last: () => step(LAST), closer: () => zoom(1.25), farther: () => zoom(0.8), fit, shut: () => toggleAll(true), open: () => toggleAll(false),
  };
  for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
  byId("slider").addEventListener("input", (event) => step(Number(event.target.value)));
  byId("speed").addEventListener("change", () => { if (player) play(true); });
  byId("sought").addEventListener("input", search);
  byId("search").addEventListener("submit", (event) => { event.preventDefault(); byId("found").querySelector("button")?.click(); });
  byId("search").addEventListener("focusout", (event) => { if (!byId("search").contains(event.relatedTarget)) closeSearch(); });
  byId("sought").addEventListener("focus", () => { if (byId("sought").value) search(); });
  svg.addEventListener("click", onClick);
  addEventListener("keydown", onKey);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { inks = null; draw(); });
  new ResizeObserver(() => {
    if (!begun && graph.clientWidth) beginView();
    drawSoon();
  }).observe(graph);
  listenToPointers();
}

function begin() {
  document.title = `${nameOf(ROOT)}: backpropagation, step by step`;
  byId("summary").textContent = data.summary;
  byId("notice").textContent = data.notice;
  byId("notice").hidden = !data.notice;
  byId("slider").max = LAST;
  byId("track").style.setProperty("--half", String(SEED / LAST));
  for (const id of ["shut", "open"]) byId(id).hidden = frames.length < 2;
  preparePicture();
  shutWhatIsTooMuch();
  placeEverything();
  prepareLines();
  listen();
  update();
  describeSelected();
  beginView();
}

begin();
