// All about one value: its formula, operands and uses, the sum that is its gradient, and its paths to the result.

const MOST_USES = 100; // rows of the table of a sum

function describeSelected() {
  const i = state.selected;
  const place = document.getElementById("details");
  if (i < 0) return place.replaceChildren(legend());
  const parts = [
    el("h2", {}, nameOf(i), el("button", { type: "button", id: "close", title: "Close (Escape)", onclick: () => select(-1) }, "\u00d7")),
    ...(isMade(i) ? [el("div", { class: "formula" }, ...formulaOf(i, isKnown(i)))] : []),
    el("dl", {},
      el("dt", {}, "data"), el("dd", { class: "equation" }, exact(data.data[i])),
      el("dt", {}, "grad"), el("dd", { class: "equation" }, isConstant(i) ? "a constant: no gradient comes here" : exact(data.grad[i])),
      ...(scopeOf(i) ? [el("dt", {}, "part"), el("dd", {}, scopeOf(i))] : [])),
  ];
  parts.push(...operandsOf(i), ...usesOf(i), ...pathsOf(i));
  return place.replaceChildren(...parts);
}

const scopeOf = (i) => fullName(home[i]) || data.scopes[i];

function slopeText(user, place) {
  const slope = slopeOf(user, place);
  return slope === CONSTANT ? "constant" : `local slope ${short(slope)}`;
}

function operandsOf(i) {
  if (!data.operands[i].length) return [];
  const row = ({ operand, place }) => el("li", {}, chip(operand), " ",
    operand === HIDDEN ? "" : numeral(data.data[operand]), el("span", { class: "hint" }, ` ${slopeText(i, place)}`));
  return [el("h3", {}, "Made of"), listOf(data.operands[i].map((operand, place) => ({ operand, place })), row)];
}

// The uses of a value in the order of its sum, with every partial sum.
function usesOf(i) {
  if (i === ROOT) return [el("h3", {}, "Used by"), el("p", {}, "nothing: it is the result, and its gradient is 1.")];
  if (isConstant(i)) {
    const users = data.names.map((_, user) => user).filter((user) => data.operands[user].includes(i));
    return [el("h3", {}, "Used by"), listOf(users, (user) => el("li", {}, chip(user)))];
  }
  const count = received(i);
  const rows = terms[i].slice(0, MOST_USES).map((term, n) => el("tr", { class: n < count ? "" : "hint" },
    el("td", {}, chip(term.user)), el("td", { class: "equation" }, termText(term)),
    el("td", {}, numeral(term.amount)), el("td", {}, numeral(term.sum, n === terms[i].length - 1 ? "strong" : ""))));
  const names = ["use", "its gradient \u00d7 slope", "term", "sum"];
  const table = el("table", {}, el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...rows));
  const left = terms[i].length - rows.length;
  return [el("h3", {}, `${counted(terms[i].length, "use")}, added up: ${gradientName(i)}`), el("div", { class: "scroll" }, table),
    ...(left ? [el("p", { class: "hint" }, `and ${counted(left, "more use")}`)] : [])];
}

// Paths to the result

const waysFrom = (i) => {
  const [count, others, ...steps] = data.ways[i];
  const found = [];
  for (let n = 0; n < steps.length; n += 4) found.push({ user: steps[n], place: steps[n + 1], rest: steps[n + 2], product: steps[n + 3] });
  return { count, others, found };
};

// The values and uses along one of the ways from a value.
function follow(i, rank) {
  const nodes = [i];
  const uses = [];
  let way = waysFrom(i).found[rank];
  while (way && way.user >= 0) {
    uses.push({ user: way.user, place: way.place });
    nodes.push(way.user);
    way = waysFrom(way.user).found[way.rest];
  }
  return { nodes, uses };
}

function pathsOf(i) {
  if (i === ROOT || isConstant(i)) return [];
  const { count, others, found } = waysFrom(i);
  const total = count === data.many ? "More than a million million paths" : counted(count, "path");
  const title = `${total} to ${nameOf(ROOT)}`;
  const rows = found.map((way, rank) => pathRow(follow(i, rank), way.product));
  const parts = [el("h3", {}, count > found.length ? `${title}; the ${found.length} strongest:` : title), el("ol", { class: "paths" }, ...rows)];
  if (count > found.length && others !== UNKNOWN) {
    parts.push(el("p", {}, "All others add up to ", numeral(others), "."));
  }
  if (count > 1) parts.push(el("p", { class: "hint" }, "The gradient is the sum over all paths of the product of the slopes along each."));
  return parts;
}

function pathRow(way, product) {
  const slopes = way.uses.map(({ user, place }) => inBrackets(short(slopeOf(user, place))));
  const row = el("button", { type: "button", class: "path", "aria-pressed": "false" },
    el("span", { class: "names" }, shortened(way.nodes.map(nameOf)).join(" \u2192 ")),
    el("span", { class: "equation" }, shortened(slopes).join(" \u00d7 "), " = ", numeral(product, "strong")));
  const mark = (on) => { state.way = on ? way : null; markStep(); drawSoon(); };
  row.addEventListener("pointerenter", () => mark(true));
  row.addEventListener("pointerleave", () => mark(row.getAttribute("aria-pressed") === "true"));
  row.addEventListener("click", () => {
    const on = row.getAttribute("aria-pressed") !== "true";
    document.querySelectorAll(".path").forEach((other) => other.setAttribute("aria-pressed", "false"));
    row.setAttribute("aria-pressed", on);
    mark(on);
    if (on) show(way.nodes);
  });
  return el("li", {}, row);
}

// The ends of a long list, and how much is between them.
function shortened(texts) {
  if (texts.length <= 12) return texts;
  return [...texts.slice(0, 6), `\u2026 ${texts.length - 10} more \u2026`, ...texts.slice(-4)];
}

function legend() {
  const sample = (kind, said) => el("li", {}, el("span", { class: `sample ${kind}` }), said);
  return el("details", { class: "legend", open: "" }, el("summary", {}, "How to read this"),
    el("ul", {}, sample("leaf", "an input or a parameter"), sample("intermediate", "a value that an operation computed"),
      sample("output", "the result"), sample("constant", "a constant: no gradient comes here"),
      sample("slope", `${TIMES} 0.5 on an arrow: the local slope`)),
    el("p", { class: "hint" }, "Keys: \u2190 \u2192 step, Home and End, space plays, + \u2212 0 zoom, / finds, Escape closes."));
}
