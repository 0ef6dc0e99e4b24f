// Two views of the same users, and the loss of each. The cosines were recorded for every kind and
// strength of view; the losses follow from them here.

//   InfoNCE    ℓ_i = −log softmax_j(cos_ij / τ)_i
//   alignment  ℓ_i = ‖a_i − b_i‖² = 2 − 2 cos_ii, for rows of length 1
function losses(cosines, objective, temperature) {
  return cosines.map((row, i) => {
    if (objective === "alignment") return 2 - 2 * row[i];
    const most = Math.max(...row);
    const sum = row.reduce((total, each) => total + Math.exp((each - most) / temperature), 0);
    return Math.log(sum) + (most - row[i]) / temperature;
  });
}

export default live({
  compute({ recorded, names, low, step }, { views, strength, objective, temperature }) {
    const flat = recorded[views][clamp(Math.round((strength - low) / step), 0, recorded[views].length - 1)];
    const size = names.length;
    const cosines = range(size, (i) => range(size, (j) => flat[i * size + j] / 1e6));
    return { cosines, losses: losses(cosines, objective, temperature) };
  },
  build({ data, stage, change, state, say, width }) {
    const { names } = data;
    const [svg, curve] = [s("svg", { role: "img", "aria-label": "Cosines of both views, and losses" }), s("svg")];
    stage.append(svg, curve);
    const words = { strength: "Strength: drag here", losses: "Mean loss" };
    const strengths = range(data.recorded[state.views].length, (k) => data.low + k * data.step);
    let view;
    const shown = handle(curve, { label: words.strength, low: data.low, high: strengths[strengths.length - 1], step: data.step,
      read: () => state.strength, write: (strength) => change({ strength }), from: (event) => view.toX(event) });
    const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
    return ({ cosines, losses: each }, { objective, temperature, views }) => {
      const own = mean(cosines.map((row, k) => row[k]));
      const others = cosines.flatMap((row, i) => row.filter((_, j) => i !== j));
      say(`Mean loss ${fixed(mean(each))}. A user's two views have the mean cosine ${fixed(own)}, views of different users ${fixed(others.length ? mean(others) : 0)}.`);
      const full = width();
      const left = 10 + 6.6 * Math.max(...names.map((name) => name.length));
      const size = Math.min(30, (full - left - 110) / names.length);
      const [top, most] = [64, Math.max(...each, 1e-9)];
      svg.setAttribute("viewBox", `0 0 ${full} ${top + size * names.length + 8}`);
      svg.setAttribute("height", top + size * names.length + 8);
      const barAt = left + size * names.length + 14;
      svg.replaceChildren(
        s("text", { x: left, y: 13, class: "title" }, "Cosine of both views"),
        s("text", { x: barAt, y: top - 8, class: "title" }, "Loss"),
        ...names.map((name, j) => s("text", { class: "tick", transform: `translate(${left + (j + 0.65) * size} ${top - 5}) rotate(-50)` }, name)),
        ...names.map((name, i) => s("text", { x: left - 6, y: top + (i + 0.5) * size + 4, "text-anchor": "end" }, name)),
        ...cosines.flatMap((row, i) => row.map((value, j) => s("rect", {
          x: left + j * size, y: top + i * size, width: size - 1, height: size - 1,
          fill: value < 0 ? data.low_color : data.high_color, "fill-opacity": Math.min(1, Math.abs(value)),
          stroke: i === j ? "var(--fg)" : "none",
        }))),
        ...each.map((value, i) => s("rect", { x: barAt, y: top + i * size + 1, height: size - 3, fill: "var(--dim)", width: Math.max(0, (value / most) * 56) })),
        ...each.map((value, i) => s("text", { x: barAt + 60, y: top + (i + 0.5) * size + 4, class: "tick" }, fixed(value))),
      );
      const course = strengths.map((_, k) => {
        const flat = data.recorded[views][k];
        const rows = names.map((_, i) => flat.slice(i * names.length, (i + 1) * names.length).map((value) => value / 1e6));
        return mean(losses(rows, objective, temperature));
      });
      view = plot(curve, { width: full, height: 150, x: [0, 1], y: [0, 1.1 * Math.max(...course, 1e-9)], title: words.losses, xLabel: words.strength });
      view.line(strengths.map((at, k) => [at, course[k]]));
      view.upright(state.strength);
      view.dot(state.strength, mean(each));
      shown();
    };
  },
});
