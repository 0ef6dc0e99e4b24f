// One frozen step: the meta loss after the virtual step as a function of the weights.
//
//   W'(λ) = W − α [g_main + Σ_t λ_t s_t g_t],   g_t = ∇ mean cost_t(W)
//
// The gradients g_t do not know λ, so they are made once, and a state is a sum of them.

// Encodes: P times a table, [nodes][dim].
const propagate = (P, table) => P.map((row) => {
  const sum = new Float64Array(table[0].length);
  row.forEach((weight, node) => {
    if (weight) for (let k = 0; k < sum.length; k++) sum[k] += weight * table[node][k];
  });
  return sum;
});

// Adds up cost = softplus(⟨u, n − p⟩) + l2 · ½(‖u‖² + ‖p‖² + ‖n‖²), its mean and its gradient.
function meanCost(problem, table, triplets, l2, wanted = true) {
  const final = propagate(problem.P, table);
  const [size, dim] = [triplets.length, table[0].length];
  const [atFinal, gradient] = range(2, () => table.map(() => new Float64Array(dim)));
  let [loss, penalty] = [0, 0];
  for (const [u, p, n] of triplets) {
    let score = 0;
    for (let k = 0; k < dim; k++) score += final[u][k] * (final[n][k] - final[p][k]);
    loss += softplus(score);
    const pull = sigmoid(score);
    for (let k = 0; k < dim; k++) {
      for (const node of [u, p, n]) penalty += table[node][k] ** 2 / 2;
      if (!wanted) continue;
      atFinal[u][k] += pull * (final[n][k] - final[p][k]);
      atFinal[n][k] += pull * final[u][k];
      atFinal[p][k] -= pull * final[u][k];
      for (const node of [u, p, n]) gradient[node][k] += l2 * table[node][k];
    }
  }
  if (wanted) {
    const back = propagate(problem.transposed, atFinal);
    gradient.forEach((row, node) => row.forEach((_, k) => { row[k] = (row[k] + back[node][k]) / size; }));
  }
  return { loss: loss / size, cost: (loss + l2 * penalty) / size, gradient };
}

const inner = (a, b) => a.reduce((sum, row, k) => sum + dot(Array.from(row), b[k]), 0);

export default live({
  prepare(data) {
    const transposed = data.P.map((_, k) => data.P.map((row) => row[k]));
    const problem = { ...data, transposed };
    problem.main = meanCost(problem, data.table, data.triplets.main, data.l2.main);
    problem.tasks = Object.fromEntries(data.names.map((name) =>
      [name, meanCost(problem, data.table, data.triplets[name], data.l2[name])]));
    problem.after = (weights, rate) => data.table.map((row, node) => row.map((value, k) => {
      let slope = data.scales.main * problem.main.gradient[node][k];
      for (const name of data.names) slope += weights[name] * data.scales[name] * problem.tasks[name].gradient[node][k];
      return value - rate * slope;
    }));
    problem.meta = (weights, rate, wanted) =>
      meanCost(problem, problem.after(weights, rate), data.triplets.meta, data.l2.meta, wanted);
    problem.ahead = (weights, rate) => {
      const { cost, gradient } = problem.meta(weights, rate, true);
      const alignments = data.names.map((name) => inner(problem.tasks[name].gradient, gradient));
      return { cost, alignments, slopes: alignments.map((each, k) => -rate * data.scales[data.names[k]] * each) };
    };
    return problem;
  },
  compute(problem, state) {
    const { names, before } = problem;
    const weights = Object.fromEntries(names.map((name) => [name, state[name]]));
    const [now, then] = [problem.ahead(weights, state.rate), problem.ahead(before, state.rate)];
    const grid = range(17, (k) => k / 16);
    return {
      losses: names.map((name) => problem.tasks[name].loss),
      meta: now.cost, alignments: now.alignments, slopes: now.slopes,
      predicted: names.reduce((sum, name, k) => sum + then.slopes[k] * (state[name] - before[name]), 0),
      actual: now.cost - then.cost,
      grid,
      curves: names.map((name) => grid.map((at) => problem.meta({ ...weights, [name]: at }, state.rate, false).cost)),
    };
  },
  build({ data, stage, change, state, width, say, ask }) {
    const charts = data.names.map((name) => s("svg"));
    const below = h("div");
    stage.append(h("div", { class: "multiples" }, charts), below);
    let places = [];
    const shown = charts.map((svg, k) => handle(svg, {
      label: `Weight of ${data.labels[k]}`, low: 0, high: 1, step: 0.01,
      read: () => state[data.names[k]], write: (value) => change({ [data.names[k]]: value }),
      from: (event) => places[k].toX(event),
    }));
    return (numbers) => {
      say(`From the first weights to these, the meta loss changes by ${scientific(numbers.actual)}; the hypergradient predicted ${scientific(numbers.predicted)}.`);
      const columns = getComputedStyle(stage.firstChild).gridTemplateColumns.split(" ");
      const [low, high] = extent(numbers.curves.flat());
      const room = 0.08 * (high - low) || 1e-6;
      places = charts.map((svg, k) => {
        const [name, slope] = [data.names[k], numbers.slopes[k]];
        const view = plot(svg, {
          width: parseFloat(columns[0]) || width() / charts.length, height: 190, title: data.labels[k],
          x: [0, 1], y: [low - room, high + room], xLabel: "Weight λ", xTicks: [[0, "0"], [0.5, "½"], [1, "1"]],
          left: 52,
        });
        view.line(numbers.grid.map((at, n) => [at, numbers.curves[k][n]]), { stroke: data.colors[name] });
        view.line([0, 1].map((at) => [at, numbers.meta + slope * (at - state[name])]), { class: "line thin" });
        view.dot(state[name], numbers.meta, { r: 6 });
        shown[k]();
        return view;
      });
      below.replaceChildren(
        h("p", {}, "Line: the meta loss after the step. Dashed: what the hypergradient predicts. Drag a dot."),
        table("At these weights", ["Task", "Mean loss", "Weight", "Alignment ⟨g, v⟩", "Slope of the meta loss"],
          data.names.map((name, k) => [data.labels[k], fixed(numbers.losses[k], 4), fixed(state[name]), fixed(numbers.alignments[k], 4), fixed(numbers.slopes[k], 4)])),
      );
    };
  },
});
