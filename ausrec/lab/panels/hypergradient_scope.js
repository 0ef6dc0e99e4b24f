// Two parameters: how estimators spend Hessian products on the way to v = H⁻¹ g.

const times = (H, v) => H.map((row) => dot(row, v));
const plus = (a, b, factor) => a.map((value, k) => value + factor * b[k]);
const norm = (v) => Math.sqrt(dot(v, v));
const solve = ([[a, b], [c, d]], [x, y]) => [(d * x - b * y) / (a * d - b * c), (a * y - c * x) / (a * d - b * c)];

// v_k = α Σ_{j ≤ k} (I − αH)^j g for every k up to the number of products.
function neumann(H, g, products, rate) {
  let [term, total] = [g, g];
  const path = [[0, 0], total.map((each) => rate * each)];
  for (let k = 0; k < products; k++) {
    term = plus(term, times(H, term), -rate);
    total = plus(total, term, 1);
    path.push(total.map((each) => rate * each));
  }
  return path;
}

// (H + γI) v = g: as many steps as products, or until nothing is left.
function conjugateGradient(H, g, products, damping) {
  let [v, residual, towards, size] = [[0, 0], g, g, dot(g, g)];
  const [path, enough] = [[v], dot(g, g) * Number.EPSILON ** 2];
  for (let k = 0; k < products; k++) {
    if (size > enough) {
      const curved = plus(times(H, towards), towards, damping);
      const curvature = dot(towards, curved);
      if (curvature <= 0) {
        if (!k) v = g.map((each) => (damping ? each / damping : each));
        size = 0;
      } else {
        const [length, before] = [size / curvature, size];
        v = plus(v, towards, length);
        residual = plus(residual, curved, -length);
        size = dot(residual, residual);
        towards = plus(residual, towards, size / before);
      }
    }
    path.push(v);
  }
  return path;
}

export default live({
  compute({ H, g, gradients }, { products, rate, damping }) {
    const truth = solve(H, g);
    const paths = { Neumann: neumann(H, g, products, rate), "conjugate gradient": conjugateGradient(H, g, products, damping) };
    const relative = (v) => norm(plus(v, truth, -1)) / norm(truth);
    const derivatives = (v) => gradients.map((each) => -dot(each, v));
    const ends = Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, path[path.length - 1]]));
    const by = (make) => Object.fromEntries(Object.entries(ends).map(([name, v]) => [name, make(v)]));
    return { truth, paths, errors: by(relative), exact: derivatives(truth), derivatives: by(derivatives) };
  },
  build({ data, stage, change, state, compute, say }) {
    const [plane, errors, below] = [s("svg", { role: "img", "aria-label": "The plane of both parameters" }), s("svg"), h("div")];
    stage.append(h("div", { class: "pair" }, plane, errors), below);
    let view;
    const shown = handle(errors, {
      label: "Hessian products", low: 0, high: data.most, step: 1, read: () => state.products,
      write: (products) => change({ products }), from: (event) => view.toX(event), words: (value) => `${value} products`,
    });
    const colors = data.path_colors;
    return ({ truth, paths, errors: wrong, exact, derivatives }) => {
      const names = Object.keys(paths);
      const words = names.map((name) => `${name} ${fixed(wrong[name])}`).join(", ");
      const signs = names.flatMap((name) => data.labels.filter((_, k) => derivatives[name][k] * exact[k] <= 0).map((task) => `${task} (${name})`));
      say(`Relative error of v: ${words}. ` + (signs.length ? `Wrong sign: ${signs.join(", ")}.` : "All signs are right."));
      const columns = getComputedStyle(stage.firstChild).gridTemplateColumns.split(" ");
      const size = parseFloat(columns[0]) || 320;
      const [x, y] = [0, 1].map((k) => {
        const room = 0.3 * Math.max(Math.abs(truth[0]), Math.abs(truth[1]));
        return [Math.min(0, truth[k]) - room, Math.max(0, truth[k]) + room];
      });
      const map = plot(plane, { width: size, height: Math.min(size, 330), x, y, equal: true, title: "On the way to v = H⁻¹ g", xLabel: "First parameter", yLabel: "Second", left: 52 });
      levels(data.H).forEach((around) => range(6, (k) => ((k + 1) / 6) ** 1.5).forEach((share) =>
        map.line(around.map(([a, b]) => [truth[0] + share * 2.2 * norm(truth) * a, truth[1] + share * 2.2 * norm(truth) * b]), { class: "level" })));
      names.forEach((name, k) => {
        // A path that diverges leaves the picture; what is far outside is not drawn.
        const near = paths[name].filter((v) => norm(v) < 20 * norm(truth));
        map.line(near, { stroke: colors[k] });
        near.forEach((v) => map.dot(...v, { fill: colors[k], r: 4 }));
      });
      map.text(...truth, "★", { "text-anchor": "middle", dy: 6, "font-size": 20 });
      const all = compute({ products: data.most });
      const course = (name) => all.paths[name].map((v) => norm(plus(v, truth, -1)) / norm(truth));
      const steps = { Neumann: -1, "conjugate gradient": 0 };
      view = plot(errors, { width: size, height: Math.min(size, 330), x: [0, data.most], y: [0, 1.2], title: "Relative error of v", xLabel: "Hessian products K: drag here", left: 40 });
      names.forEach((name, k) => {
        const points = course(name).map((error, n) => [n + steps[name], Math.min(error, 3)]).filter(([n]) => n >= 0);
        view.line(points, { stroke: colors[k] });
      });
      key(view, names, colors);
      view.upright(state.products);
      names.forEach((name, k) => view.dot(state.products, Math.min(3, wrong[name]), { fill: colors[k] }));
      shown();
      below.replaceChildren(table("Derivative of the meta loss by the weight of", ["Task", "True", ...names],
        data.labels.map((label, k) => [label, signed(exact[k]), ...names.map((name) => signed(derivatives[name][k]))])));
    };
  },
});

// An ellipse of ½ x'Hx, scaled so that its long half-axis is 1; drawn where H is positive definite.
function levels([[a, b], [, d]]) {
  const [middle, half] = [(a + d) / 2, Math.hypot((a - d) / 2, b)];
  if (middle - half <= 0) return [];
  const turn = Math.atan2(2 * b, a - d) / 2;
  const [short, long] = [Math.sqrt((middle - half) / (middle + half)), 1];
  return [range(61, (k) => {
    const [x, y] = [short * Math.cos((k * Math.PI) / 30), long * Math.sin((k * Math.PI) / 30)];
    return [x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn)];
  })];
}
