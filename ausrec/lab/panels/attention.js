// A transformer over one history: what each position looks at, and what it expects.
//
//   x ← norm(x + attention(x)),  x ← norm(x + W₂ gelu(W₁ x)),  p = softmax_i ⟨h, e_i⟩

const MASK = -2;

// All terms of the series have one sign, so that no digit is lost.
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const gelu = (x) => (x / 2) * (1 + erf(x / Math.SQRT2));
const plus = (a, b) => a.map((value, k) => value + b[k]);
const affine = ([weight, bias], x) => weight.map((row, k) => dot(row, x) + bias[k]);

function normed([scale, shift], x) {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const spreadOf = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length + 1e-5);
  return x.map((value, k) => ((value - mean) / spreadOf) * scale[k] + shift[k]);
}

function softmax(values) {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function layer(block, x, causal) {
  const size = x[0].length / block.heads;
  const all = x.map((row) => affine(block.inputs, row));
  const part = (row, which, head) => row.slice(which * x[0].length + head * size, which * x[0].length + (head + 1) * size);
  const attention = range(block.heads, (head) => x.map((_, t) => softmax(x.map((_, u) =>
    causal && u > t ? -Infinity : dot(part(all[t], 0, head), part(all[u], 1, head)) / Math.sqrt(size)))));
  const states = x.map((row, t) => {
    const mixed = attention.flatMap((rows, head) => range(size, (k) => dot(rows[t], all.map((other) => part(other, 2, head)[k]))));
    const middle = normed(block.norm, plus(row, affine(block.output, mixed)));
    return normed(block.last_norm, plus(middle, affine(block.narrow, affine(block.widen, middle).map(gelu))));
  });
  return { states, attention };
}

function run(encoder, ids) {
  const first = encoder.positions.length - ids.length;
  const rows = ids.map((id, t) => plus(id === MASK ? encoder.mask : encoder.items[id], encoder.positions[first + t]));
  let states = rows.map((row) => normed(encoder.norm, row));
  const attention = encoder.blocks.map((block) => {
    const next = layer(block, states, encoder.causal);
    states = next.states;
    return next.attention;
  });
  return { attention, expected: states.map((state) => softmax(encoder.items.map((item) => dot(state, item)))) };
}

function seen(history, hidden, causal) {
  const ids = history.map((id, t) => (t === Math.min(hidden, history.length) - 1 ? MASK : id));
  return causal ? ids : [...ids, MASK];
}

export default live({
  compute({ encoders, histories, heads }, { encoder, history, hidden, head, position }) {
    const model = encoders[encoder];
    const ids = seen(histories[history], hidden, model.causal);
    const [now, before] = [run(model, ids), run(model, seen(histories[history], 0, model.causal))];
    const at = Math.min(position, ids.length) - 1;
    const of = now.attention[Math.min(Math.floor(head / heads), now.attention.length - 1)];
    return { ids, at, attention: of[Math.min(head % heads, of.length - 1)], now: now.expected[at], before: before.expected[at] };
  },
  build({ data, stage, change, state, say }) {
    const { items, histories, encoders, answers } = data;
    const [matrix, bars] = [s("svg"), s("svg", { role: "img", "aria-label": "What is expected at this position" })];
    stage.append(h("div", { class: "pair" }, matrix, bars));
    const length = () => histories[state.history].length + (encoders[state.encoder].causal ? 0 : 1);
    const name = (id) => (id === MASK ? data.hidden : items[id]);
    let [ids, toRow] = [[], () => 1];
    const rows = handle(matrix, { label: "Look from position", low: 1, high: length, step: 1, read: () => Math.min(state.position, length()),
      write: (position) => change({ position }), from: (event) => toRow(event), words: (k) => `${k}: ${name(ids[k - 1])}` });
    const most = (values) => values.indexOf(Math.max(...values));
    const label = 28 + 6.4 * Math.max(...items.map((item) => item.length));
    return (numbers, { encoder, hidden, history }) => {
      const { at, attention, now, before } = numbers;
      ids = numbers.ids;
      const target = most(attention[at]);
      say(`From ${at + 1}: ${name(ids[at])}, ${encoder} looks most at ${target + 1}: ${name(ids[target])} (${fixed(attention[at][target])}), and expects ${items[most(now)]} (${fixed(now[most(now)])}).`
        + (hidden ? ` With nothing hidden: ${items[most(before)]} (${fixed(before[most(before)])}).` : ""));
      const width = parseFloat(getComputedStyle(stage.firstChild).gridTemplateColumns) || 320;
      const [left, top] = [label + 8, 40];
      const size = Math.min(34, (width - left - 6) / ids.length);
      const height = top + size * ids.length + 8;
      toRow = (event) => {
        const box = matrix.getBoundingClientRect();
        return 1 + Math.floor((((event.clientY - box.top) / (box.height || 1)) * height - top) / size);
      };
      matrix.setAttribute("viewBox", `0 0 ${width} ${height}`);
      matrix.setAttribute("height", height);
      matrix.replaceChildren(
        s("text", { x: 4, y: 14, class: "title" }, "Looks from (row) at (column)"),
        ...ids.map((_, u) => s("text", { x: left + (u + 0.5) * size, y: top - 6, "text-anchor": "middle", class: "tick" }, String(u + 1))),
        ...ids.map((id, t) => s("text", { x: left - 6, y: top + (t + 0.5) * size + 4, "text-anchor": "end", class: "pick", "font-weight": t === at ? 700 : 400 }, `${t + 1}: ${name(id)}`)),
        ...attention.flatMap((row, t) => row.map((weight, u) => s("rect", { x: left + u * size, y: top + t * size, width: size - 1, height: size - 1,
          fill: data.color, "fill-opacity": weight, stroke: "var(--rule)", "stroke-width": 0.5 }))),
        ...attention[at].map((weight, u) => weight >= 0.1 && s("text", { x: left + (u + 0.5) * size, y: top + (at + 0.5) * size + 4, "text-anchor": "middle",
          class: "tick", style: weight > 0.6 ? "fill:#fff" : "fill:var(--fg)" }, fixed(weight))).filter(Boolean),
        s("rect", { x: left - 2, y: top + at * size - 2, width: size * ids.length + 3, height: size + 3, fill: "none", stroke: "var(--hot)", "stroke-width": 2 }),
      );
      const causal = encoders[encoder].causal;
      const whole = [...histories[history], answers[history]];
      const right = whole[causal ? at + 1 : at];
      const [row, long] = [Math.max(15, Math.min(24, 260 / items.length)), width - label - 52];
      bars.setAttribute("viewBox", `0 0 ${width} ${26 + row * items.length + 6}`);
      bars.setAttribute("height", 26 + row * items.length + 6);
      bars.replaceChildren(
        s("text", { x: 4, y: 14, class: "title" }, causal ? `Expected after position ${at + 1}` : `Expected at position ${at + 1}`),
        ...items.flatMap((item, k) => {
          const y = 24 + row * k;
          return [
            s("text", { x: label, y: y + row / 2 + 4, "text-anchor": "end", "font-weight": k === right ? 700 : 400 }, k === right ? `✓ ${item}` : item),
            s("rect", { x: label + 6, y: y + 2, width: Math.max(0, long * now[k]), height: row - 5, fill: data.color, class: "bar" }),
            s("rect", { x: label + 6, y: y + 2, width: Math.max(0, long * before[k]), height: row - 5, fill: "none", stroke: "var(--dim)", "stroke-dasharray": hidden ? "3 2" : "none" }),
            s("text", { x: label + 10 + long * Math.max(now[k], before[k]), y: y + row / 2 + 4, class: "tick" }, fixed(now[k])),
          ];
        }),
      );
      rows();
    };
  },
});
