// What the page knows: the graph, and what holds at each step. All numbers come from the library, as texts.

const data = JSON.parse(document.getElementById("data").textContent);
const COUNT = data.names.length;
const ROOT = COUNT - 1;
const UNKNOWN = -1; // a number that only a rule made by hand knows
const CONSTANT = -2; // the slope in a constant
const HIDDEN = -1; // a value that is not shown
const TIMES = "\u00d7";

const isMade = (i) => data.symbols[i] !== "";
const operations = data.names.map((_, i) => i).filter(isMade);
const SEED = operations.length + 1; // the step between forward and backward
const LAST = 2 * operations.length + 1;
const madeAt = new Int32Array(COUNT); // the step in which a value is computed; 0 for leaves
operations.forEach((i, n) => { madeAt[i] = n + 1; });

// Terms arrive as lists; here they get names.
const terms = data.terms.map((found) =>
  found.map(([user, place, amount, sum, step]) => ({ user, place, amount, sum, step })));

const state = { step: 0, selected: -1, way: null, matches: new Set() };

// A step is one of four kinds, and about one value.
function stepOf(step) {
  if (step === 0) return { kind: "start", node: -1 };
  if (step < SEED) return { kind: "forward", node: operations[step - 1] };
  if (step === SEED) return { kind: "seed", node: ROOT };
  return { kind: "backward", node: operations[LAST - step] };
}

const isKnown = (i) => madeAt[i] <= state.step;

// How many of some things, in the order of their steps, are there by now.
function countUpTo(things, stepIn) {
  let low = 0;
  let high = things.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stepIn(things[middle]) <= state.step) low = middle + 1;
    else high = middle;
  }
  return low;
}

// How many terms of the gradient of a value are there by now.
const received = (i) => countUpTo(terms[i], (term) => term.step);

// The gradient of a value by now: the place of the number, and whether more is to come; null before anything came.
function gradientOf(i) {
  if (i === ROOT) return state.step >= SEED ? { sum: data.grad[i], whole: true } : null;
  const count = received(i);
  if (count === 0) return state.step === LAST ? { sum: data.grad[i], whole: true } : null;
  const whole = count === terms[i].length;
  return { sum: whole ? data.grad[i] : terms[i][count - 1].sum, whole };
}

const short = (number) => (number === UNKNOWN ? "?" : data.short[number]);
const exact = (number) => (number === UNKNOWN ? "known only to a rule made by hand" : data.exact[number]);
const inBrackets = (text) => (text.startsWith("-") ? `(${text})` : text);
const slopeOf = (user, place) => data.slopes[user][place];
const nameOf = (i) => (i === HIDDEN ? "\u2026" : data.names[i]);
const derivative = (result, operand) => `\u2202${nameOf(result)}/\u2202${nameOf(operand)}`;
const gradientName = (i) => derivative(ROOT, i);
const isConstant = (i) => data.roles[i] === "constant";

// A term as text: the gradient of the user times the local slope.
function termText({ user, place }, first = true) {
  if (user === HIDDEN) return place === 1 ? "a use not shown" : `${place} uses not shown`;
  const gradient = short(data.grad[user]);
  return `${first ? gradient : inBrackets(gradient)} ${TIMES} ${inBrackets(short(slopeOf(user, place)))}`;
}

// A value in words, as far as it is known; `written` says how a number is written.
function spoken(i, written = short) {
  if (isConstant(i)) return `${nameOf(i)}, constant ${written(data.data[i])}`;
  const gradient = gradientOf(i);
  const parts = [nameOf(i), data.symbols[i], isKnown(i) ? `data ${written(data.data[i])}` : "not computed yet"];
  if (gradient) parts.push(`gradient ${gradient.whole ? "" : "so far "}${written(gradient.sum)}`);
  return parts.filter(Boolean).join(", ");
}
