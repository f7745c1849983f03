// The body of a function: each visible text of a page, and its contrast with what is behind it (W3C, WCAG 2.2).

const LINEAR_BELOW = 0.04045;
const channels = (colour) => colour.match(/[0-9.]+/g).map(Number);
const linear = (c) => (c <= LINEAR_BELOW ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const luminance = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);

function contrast(one, other) {
  const [dark, bright] = [one, other].map(channels).map(luminance).sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

function behind(element) {
  const box = element.closest(".node")?.querySelector(".box") ?? element.closest(".frame")?.querySelector(".border");
  if (box) return getComputedStyle(box).fill;
  for (let around = element; around; around = around.parentElement) {
    const colour = getComputedStyle(around).backgroundColor;
    if (channels(colour)[3] !== 0) return colour;
  }
  return getComputedStyle(document.body).backgroundColor;
}

const texts = "#picture text, h1, h2, h3, p, span, td, th, dd, dt, summary, button, select, label, output";
return [...document.querySelectorAll(texts)]
  .filter((element) => element.textContent.trim() && !element.disabled && element.getClientRects().length)
  .map((element) => {
    const { fill, color } = getComputedStyle(element);
    const ink = element.closest("#picture") ? fill : color;
    const name = `${element.localName}.${element.getAttribute("class")} ${element.textContent.slice(0, 20)}`;
    return [contrast(ink, behind(element)), name];
  });
