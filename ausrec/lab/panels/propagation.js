// Layers of LightGCN on a small graph: whom a user comes to resemble.
//
//   Eₖ = Âᵏ E₀,   Â = D^-1/2 A D^-1/2,   read as the mean of E₀ … E_L, or as E_L alone

function normalised(size, edges) {
  const A = range(size, () => new Float64Array(size));
  edges.forEach(([a, b]) => { A[a][b] += 1; });
  const scale = A.map((row) => { const sum = row.reduce((a, b) => a + b, 0); return sum ? sum ** -0.5 : 0; });
  return A.map((row, i) => row.map((value, j) => value * scale[i] * scale[j]));
}

const product = (A, table) => A.map((row) => {
  const sum = new Float64Array(table[0].length);
  row.forEach((weight, node) => { if (weight) for (let k = 0; k < sum.length; k++) sum[k] += weight * table[node][k]; });
  return sum;
});

const cosine = (a, b) => {
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) { ab += a[k] * b[k]; aa += a[k] ** 2; bb += b[k] ** 2; }
  return aa && bb ? ab / Math.sqrt(aa * bb) : 0;
};

export default live({
  prepare(data) {
    const start = data.table ?? range(data.size, (node) => range(data.size, (k) => Number(k === node)));
    const layersOf = (edges) => {
      const A = normalised(data.size, edges);
      const layers = [start];
      for (let k = 0; k < data.most; k++) layers.push(product(A, layers[k]));
      let sum = start.map((row) => Float64Array.from(row));
      const means = layers.map((layer, k) => {
        if (k) sum = sum.map((row, node) => row.map((value, n) => value + layer[node][n]));
        return sum;
      });
      return { mean: means, last: layers };
    };
    return { ...data, layers: { joint: layersOf(data.edges), plays: layersOf(data.edges.slice(0, data.plays)) } };
  },
  // The cosines of the user with everybody, after 0, 1, … layers; a sum has the mean's cosines.
  compute: ({ layers, names, most }, { user, graph, reading }) => range(most + 1, (layer) => {
    const rows = layers[graph][reading][layer];
    return names.map((_, other) => cosine(rows[user], rows[other]));
  }),
  build({ data, stage, change, state, say }) {
    const [network, lines] = [s("svg"), s("svg")];
    stage.append(h("div", { class: "pair" }, network, lines));
    const { names, colors } = data;
    let [circle, view] = [null, null];
    const person = handle(network, { label: "Whose resemblance", low: 0, high: names.length - 1, step: 1, read: () => state.user,
      write: (user) => change({ user }), from: (event) => circle.nearest(event), words: (k) => names[k] });
    const layer = handle(lines, { label: "Layers", low: 0, high: data.most, step: 1, read: () => state.layers,
      write: (layers) => change({ layers }), from: (event) => view.toX(event), words: (k) => `${k} layers` });
    return (cosines) => {
      const { user, layers } = state;
      const now = cosines[layers];
      const others = range(names.length).filter((k) => k !== user).sort((a, b) => now[b] - now[a]);
      say(layers || data.table
        ? `After ${layers} ${layers === 1 ? "layer" : "layers"}, ${names[user]} is most like ${others.slice(0, 3).map((k) => `${names[k]} (${fixed(now[k])})`).join(", ")}.`
        : `Without a layer everybody is only themselves, as in matrix factorisation before training: ${names[user]} is like nobody.`);
      const size = parseFloat(getComputedStyle(stage.firstChild).gridTemplateColumns) || 320;
      circle = ring(network, { width: size, height: 330, names });
      data.links.forEach(([a, b]) => state.graph === "joint" && circle.link(circle.at[a], circle.at[b]));
      others.forEach((k) => circle.person(k, { fill: colors[user], "fill-opacity": Math.max(0, now[k]), r: 8 + 4 * Math.max(0, now[k]) }));
      circle.person(user, { fill: "var(--fg)", r: 12 });
      view = plot(lines, { width: size, height: 330, x: [0, data.most], y: [Math.min(0, ...cosines.flat()), 1], right: 56,
        title: `Cosine with ${names[user]}`, xLabel: "Layers: drag here", xTicks: range(data.most + 1, (k) => [k, String(k)]), left: 36 });
      nameLines(view, others.map((k) => ({ name: names[k], color: colors[k], points: cosines.map((row, n) => [n, row[k]]) })), layers);
      view.upright(layers);
      person();
      layer();
    };
  },
});
