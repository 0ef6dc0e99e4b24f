// What all live figures share: elements, controls, plots, handles and the frame around them.
// Python puts this text before a figure's own, and the two are one ES module.

const FIGURES = {};
const SVG = "http://www.w3.org/2000/svg";

// ---- Elements ------------------------------------------------------------------------------

function dress(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}
const h = (tag, attributes, ...children) =>
  dress(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) =>
  dress(document.createElementNS(SVG, tag), attributes, children);

// ---- Numbers -------------------------------------------------------------------------------

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const snap = (value, low, step) => Number((low + Math.round((value - low) / step) * step).toFixed(9));
const minus = (text) => text.replace(/-/g, "−");
const fixed = (value, digits = 2) => minus(value.toFixed(digits));
const signed = (value, digits = 2) => (value < 0 ? "" : "+") + fixed(value, digits);
// As Python writes it: +1.37e−03.
const scientific = (value) =>
  (value < 0 ? "" : "+") +
  minus(value.toExponential(2).replace(/e([+-])(\d)$/, "e$10$2"));
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : 1 - 1 / (1 + Math.exp(x)));
const dot = (a, b) => a.reduce((sum, value, place) => sum + value * b[place], 0);
const range = (count, make = (place) => place) => Array.from({ length: count }, (_, k) => make(k));
const extent = (values) => [Math.min(...values), Math.max(...values)];

function ticks(low, high, count = 5) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((each) => each >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  const found = range(Math.floor(high / step + 1e-9) - first + 1, (k) => (first + k) * step);
  const digits = clamp(Math.ceil(-Math.log10(step) - 1e-9) + (step / power === 2.5 ? 1 : 0), 0, 6);
  return found.map((value) => [value, fixed(value, digits)]);
}

// Moves heights apart until each has its room, the order kept.
function spread(heights, gap, low, high) {
  const order = range(heights.length).sort((a, b) => heights[a] - heights[b]);
  const placed = [...heights];
  order.forEach((k, n) => {
    placed[k] = Math.max(placed[k], n ? placed[order[n - 1]] + gap : low);
  });
  order.reverse().forEach((k, n) => {
    placed[k] = Math.min(placed[k], n ? placed[order[n - 1]] - gap : high);
  });
  return placed;
}

// ---- Plots ---------------------------------------------------------------------------------

let clips = 0;

// Clears an SVG and draws axes; what it returns draws in their units.
function plot(svg, { width, height, x, y, xLabel, yLabel, title, xTicks, yTicks, equal, right = 12, left = 46 }) {
  const area = { left, right: width - right, top: title ? 26 : 8, bottom: height - (xLabel ? 38 : 22) };
  let [[x0, x1], [y0, y1]] = [x, y];
  if (equal) {
    const unit = Math.max((x1 - x0) / (area.right - area.left), (y1 - y0) / (area.bottom - area.top));
    const half = [((area.right - area.left) * unit) / 2, ((area.bottom - area.top) * unit) / 2];
    const middle = [(x0 + x1) / 2, (y0 + y1) / 2];
    [x0, x1, y0, y1] = [middle[0] - half[0], middle[0] + half[0], middle[1] - half[1], middle[1] + half[1]];
  }
  const X = (value) => area.left + ((value - x0) / (x1 - x0 || 1)) * (area.right - area.left);
  const Y = (value) => area.bottom - ((value - y0) / (y1 - y0 || 1)) * (area.bottom - area.top);
  const clip = `ausrec-clip-${(clips += 1)}`;
  const inside = s("g", { "clip-path": `url(#${clip})` });
  const size = { width: Math.max(0, area.right - area.left), height: Math.max(0, area.bottom - area.top) };
  const text = (at, down, words, more) => s("text", { x: at, y: down, ...more }, words);
  const across = xTicks ?? ticks(x0, x1, Math.max(2, Math.min(6, size.width / 60)));
  const upright = yTicks ?? ticks(y0, y1, Math.max(2, Math.min(6, size.height / 34)));
  const middle = { "text-anchor": "middle" };
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("height", height);
  svg.replaceChildren(
    s("clipPath", { id: clip }, s("rect", { x: area.left - 6, y: area.top - 6, width: size.width + 12, height: size.height + 12 })),
    ...upright.map(([at]) => s("path", { class: "rule", d: `M${area.left} ${Y(at)}H${area.right}` })),
    ...upright.map(([at, words]) => text(area.left - 6, Y(at) + 4, words, { "text-anchor": "end", class: "tick" })),
    ...across.map(([at, words]) => text(X(at), area.bottom + 16, words, { ...middle, class: "tick" })),
    title ? text(area.left, 15, title, { class: "title" }) : "",
    xLabel ? text((area.left + area.right) / 2, height - 5, xLabel, { ...middle, class: "axis" }) : "",
    yLabel
      ? s("text", { ...middle, class: "axis", transform: `translate(11 ${(area.top + area.bottom) / 2}) rotate(-90)` }, yLabel)
      : "",
    inside,
  );
  const add = (node) => (inside.append(node), node);
  const path = (points) => points.map(([a, b], k) => `${k ? "L" : "M"}${X(a).toFixed(2)} ${Y(b).toFixed(2)}`).join("");
  return {
    X, Y, area, add,
    outside: (node) => (svg.append(node), node),
    line: (points, more) => add(s("path", { class: "line", stroke: "var(--fg)", d: path(points), ...more })),
    dot: (a, b, more) => add(s("circle", { class: "dot", fill: "var(--fg)", cx: X(a), cy: Y(b), r: 5, ...more })),
    text: (a, b, words, more) => add(text(X(a), Y(b), words, more)),
    upright: (at, more) => add(s("path", { class: "now", d: `M${X(at)} ${area.top}V${area.bottom}`, ...more })),
    toX: (event) => {
      const box = svg.getBoundingClientRect();
      const at = ((event.clientX - box.left) / (box.width || 1)) * width;
      return x0 + ((at - area.left) / (area.right - area.left)) * (x1 - x0);
    },
  };
}

// A key in the corner of a plot: a coloured mark and a name a line.
function key(view, names, colors) {
  names.forEach((name, k) => view.outside(s("text", { x: view.area.left + 10, y: view.area.top + 14 + 17 * k },
    s("tspan", { style: `fill:${colors[k]}` }, "● "), name)));
}

// Lines with their names at the right end.
function nameLines(view, lines, at) {
  const heights = spread(lines.map(({ points }) => view.Y(points[points.length - 1][1])), 14, view.area.top, view.area.bottom);
  lines.forEach(({ points, color, name, dash, faint }, k) => {
    view.line(points, { stroke: color, "stroke-dasharray": dash, opacity: faint ? 0.45 : 1 });
    view.outside(s("text", { x: view.area.right + 8, y: heights[k] + 4, class: "name" }, name));
    const from = view.Y(points[points.length - 1][1]);
    view.outside(s("path", { class: "lead", d: `M${view.area.right + 1} ${from}L${view.area.right + 6} ${heights[k]}`, stroke: color }));
    if (at !== undefined && !faint) {
      const point = points.find(([when]) => when === at);
      if (point) view.dot(...point, { fill: color, r: 4 });
    }
  });
}

// Makes an SVG a slider: drag anywhere in it, or focus it and press the arrows.
function handle(svg, { label, low, high: most, step, read, write, from, words }) {
  const end = () => (typeof most === "function" ? most() : most);
  const set = (value) => {
    const next = clamp(snap(value, low, step), low, end());
    if (next !== read()) write(next);
  };
  const moves = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 };
  dress(svg, {
    class: "handle", role: "slider", tabindex: 0, "aria-label": label, "aria-valuemin": low,
    onpointerdown(event) {
      svg.setPointerCapture(event.pointerId);
      svg.focus({ preventScroll: true });
      set(from(event));
      event.preventDefault();
    },
    onpointermove(event) {
      if (svg.hasPointerCapture(event.pointerId)) set(from(event));
    },
    onkeydown(event) {
      if (event.key in moves) set(read() + moves[event.key] * step);
      else if (event.key === "Home" || event.key === "End") set(event.key === "Home" ? low : end());
      else return;
      event.preventDefault();
    },
  }, []);
  return () => {
    svg.setAttribute("aria-valuemax", end());
    svg.setAttribute("aria-valuenow", read());
    svg.setAttribute("aria-valuetext", words ? words(read()) : fixed(read()));
  };
}

// Puts people on a circle, the first on top; what it returns draws one, and finds the nearest.
function ring(svg, { width, height, names }) {
  const [middle, radius] = [[width / 2, height / 2], [width / 2 - Math.min(width * 0.3, 20 + 6.6 * Math.max(...names.map((name) => name.length))), height / 2 - 24]];
  const turn = (k) => (2 * Math.PI * k) / names.length - Math.PI / 2;
  const at = names.map((_, k) => [middle[0] + radius[0] * Math.cos(turn(k)), middle[1] + radius[1] * Math.sin(turn(k))]);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("height", height);
  svg.replaceChildren();
  const add = (node) => (svg.append(node), node);
  return {
    at, middle, add,
    link: (a, b, more) => add(s("path", { class: "link", d: `M${a[0]} ${a[1]}L${b[0]} ${b[1]}`, ...more })),
    person(k, more) {
      const [x, y] = at[k];
      const side = Math.cos(turn(k));
      const anchor = side > 0.3 ? "start" : side < -0.3 ? "end" : "middle";
      add(s("circle", { cx: x, cy: y, r: 8, stroke: "var(--fg)", "stroke-width": 1.3, fill: "var(--bg)", class: "pick", ...more }));
      const down = anchor === "middle" ? (Math.sin(turn(k)) < 0 ? -14 : 24) : 4;
      add(s("text", { x: x + (anchor === "start" ? 15 : anchor === "end" ? -15 : 0), y: y + down, "text-anchor": anchor, class: "pick" }, names[k]));
    },
    nearest(event, among = range(names.length)) {
      const box = svg.getBoundingClientRect();
      const here = [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
      const away = among.map((k) => Math.hypot(at[k][0] - here[0], at[k][1] - here[1]));
      return among[away.indexOf(Math.min(...away))];
    },
  };
}

// A table; a column whose cells are numbers, as text, is set to the right.
function table(caption, head, rows) {
  const is = head.map((_, k) => rows.every((row) => /^[+−]?[\d.,]+(e[+−]\d+)?%?$|^$/.test(row[k])));
  const cells = (tag, row) => row.map((cell, k) => h(tag, { class: is[k] && "number", scope: tag === "th" && "col" }, cell));
  return h("div", { class: "scroll" }, h("table", {},
    h("caption", {}, caption), h("thead", {}, h("tr", {}, cells("th", head))),
    h("tbody", {}, rows.map((row) => h("tr", {}, cells("td", row))))));
}
