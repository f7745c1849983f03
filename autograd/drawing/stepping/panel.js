// The panel: what happens in this step, in words and numbers.

const MOST_SUMS = 8; // operands whose sums are written out at once
const MOST_ROWS = 200; // that one more press brings
const MOST_TERMS = 6; // terms of a sum that are written out; of more, the earlier ones are one number

// An element of the page, with what is in it; texts stay texts.
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
const numeral = (number, kind = "") => el("span", { class: `num ${kind}`, title: exact(number) }, short(number));

// A value as something to press: it is selected then.
function chip(i) {
  if (i === HIDDEN) return el("span", { class: "chip" }, "a value not shown");
  return el("button", { type: "button", class: `chip ${data.roles[i]}`, onclick: () => select(i, true) }, nameOf(i));
}

function heading() {
  const { kind } = stepOf(state.step);
  const count = operations.length;
  if (kind === "forward") return `Forward: ${state.step} of ${count}`;
  if (kind === "backward") return `Backward: ${state.step - SEED} of ${count}`;
  return kind === "seed" ? "Backward begins" : "The inputs";
}

function describeStep() {
  const { kind, node } = stepOf(state.step);
  const describe = { start: describeStart, forward: describeForward, seed: describeSeed, backward: describeBackward }[kind];
  const parts = [el("h2", { class: kind }, heading()), ...describe(node)];
  if (state.step === LAST) parts.push(el("p", { class: "done" }, "Every gradient is known. This is what backward() leaves in .grad."));
  document.getElementById("now").replaceChildren(...parts);
}

function describeStart() {
  const leaves = data.roles.filter((role, i) => !isMade(i) && role !== "constant").length;
  const constants = data.roles.filter((role) => role === "constant").length;
  const among = constants ? ` and ${counted(constants, "constant")}` : "";
  return [
    el("p", {}, `Given: ${counted(leaves, "input")}${among}. Going forward, each operation computes its value, and notes its local slopes: how fast it grows with each operand.`),
    el("p", {}, "Going backward, every value hands its gradient on to its operands, times the local slope. Where several arrive, they add up."),
    el("p", { class: "hint" }, "\u2192 is the next step, space plays. Click a value to see all about it."),
  ];
}

function describeForward(node) {
  const slopes = data.operands[node].map((operand, place) => ({ operand, place }))
    .filter(({ place }) => slopeOf(node, place) !== CONSTANT);
  const row = ({ operand, place }) => el("li", { class: "equation" },
    `${derivative(node, operand)} = `, numeral(slopeOf(node, place)));
  return [
    el("div", { class: "formula" }, ...formulaOf(node, true)),
    el("p", {}, chip(node), " is computed: ", numeral(data.data[node], "strong"), "."),
    ...(slopes.length ? [el("p", {}, "Local slopes, noted for the way back:"), listOf(slopes, row)] : []),
  ];
}

function describeSeed() {
  return [
    el("p", { class: "equation big" }, `${gradientName(ROOT)} = `, numeral(data.grad[ROOT], "strong")),
    el("p", {}, chip(ROOT), " grows exactly as fast as itself: its gradient is 1. All others follow from this one, last operation first."),
  ];
}

function describeBackward(node) {
  const arrivals = [];
  for (const operand of new Set(data.operands[node])) if (operand !== HIDDEN && termsNow(operand).length) arrivals.push(operand);
  const still = data.operands[node].filter((_, place) => slopeOf(node, place) === CONSTANT).length;
  return [
    el("p", {}, chip(node), " hands its gradient on: ", el("span", { class: "equation" }, `${gradientName(node)} = `, numeral(data.grad[node], "strong")),
      ", times the local slope in each operand."),
    ...folded(arrivals, MOST_SUMS, sumOf),
    ...(still ? [el("p", { class: "hint" }, `No gradient goes to ${counted(still, "constant")}.`)] : []),
  ];
}

const termsNow = (i) => terms[i].filter((term) => term.step === state.step && term.user === stepOf(state.step).node);

// dL/da = 2 x (-3) + 1 x 0.5 = -5.5, with the terms of this step marked.
function sumOf(i) {
  const count = received(i);
  const shown = terms[i].slice(0, count);
  const skipped = Math.max(0, Math.min(shown.length - MOST_TERMS, shown.findIndex((term) => term.step === state.step)));
  const parts = [];
  if (skipped > 1) parts.push(el("span", { class: "earlier", title: exact(shown[skipped - 1].sum) }, `${short(shown[skipped - 1].sum)} (${skipped} terms)`));
  shown.slice(skipped > 1 ? skipped : 0).forEach((term) => {
    if (parts.length) parts.push(" + ");
    parts.push(el("span", { class: term.step === state.step ? "term fresh" : "term", title: exact(term.amount) }, termText(term, !parts.length)));
  });
  const sum = shown[count - 1].sum;
  const left = terms[i].length - count;
  return el("div", { class: "sum", "data-sum": i },
    el("p", { class: "equation" }, `${gradientName(i)} = `, ...parts, " = ", numeral(sum, left ? "partly" : "strong")),
    el("p", { class: "hint" }, chip(i), left ? ` so far; ${counted(left, "use")} to come` : ` is complete, after ${counted(count, "use")}`));
}

// A row for each of the first things, and a button that brings the others.
function folded(things, most, row) {
  if (things.length <= most + 1) return things.map(row);
  const bring = () => more.replaceWith(...folded(things.slice(most), MOST_ROWS, row));
  const more = el("button", { type: "button", class: "more", onclick: bring }, `Show more: ${things.length - most}`);
  return [...things.slice(0, most).map(row), more];
}

const listOf = (things, row) => el("ul", {}, ...folded(things, MOST_SUMS, row));

// The step in a sentence or two, for those who listen.
function sentence() {
  const { kind, node } = stepOf(state.step);
  const place = `Step ${state.step} of ${LAST}.`;
  if (kind === "start") return `${place} The inputs are given.`;
  if (kind === "seed") return `${place} Backward begins: the gradient of ${nameOf(ROOT)} is 1.`;
  if (kind === "forward") return `${place} Forward: ${spoken(node)}.`;
  const arrivals = [...new Set(data.operands[node])].filter((o) => o !== HIDDEN && termsNow(o).length);
  const said = arrivals.slice(0, 4).map((o) => `${nameOf(o)} gets ${termsNow(o).map(termText).join(" plus ")}, its gradient ${gradientOf(o).whole ? "is" : "so far is"} ${short(gradientOf(o).sum)}`);
  if (arrivals.length > 4) said.push(`and ${arrivals.length - 4} more`);
  return `${place} Backward: ${nameOf(node)}, gradient ${short(data.grad[node])}. ${said.join("; ")}.`;
}
