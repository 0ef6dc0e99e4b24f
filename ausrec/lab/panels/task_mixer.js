// Plays the recording of every set of tasks at a few weights: an answer at once, without a kernel.

export default live({
  compute({ names, weights, runs }, state) {
    const key = names.map((name) => Number(state[name])).join("");
    const away = weights.map((weight) => Math.abs(Math.log(weight / state.weight)));
    const place = away.indexOf(Math.min(...away));
    const curve = (which, at = place) => (runs[which][at] ?? runs[which][0]).map((value) => value / 1e4);
    const last = (which, at) => curve(which, at).at(-1);
    const flip = (k) => key.slice(0, k) + (key[k] === "1" ? "0" : "1") + key.slice(k + 1);
    const finals = Object.values(runs).flatMap((each) => each.map((points) => points.at(-1) / 1e4));
    return {
      key, weight: weights[place], curve: curve(key), without: curve("0".repeat(names.length)), finals,
      by_weight: weights.map((_, at) => last(key, at)),
      flips: names.map((_, k) => last(flip(k)) - last(key)),
    };
  },
  build({ stage, change, state, say, width, model, data }) {
    const { names, labels, colors, weights, metric_label } = data;
    const [course, weighing, flips] = [s("svg", { role: "img", "aria-label": "Course of the run" }), s("svg"), s("svg", { role: "img", "aria-label": "What another tick would change" })];
    stage.append(course, h("div", { class: "pair" }, weighing, flips));
    const at = weights.map(Math.log);
    let view;
    const nearest = () => range(weights.length).sort((a, b) => Math.abs(at[a] - Math.log(state.weight)) - Math.abs(at[b] - Math.log(state.weight)))[0];
    const shown = handle(weighing, { label: "Weight of each task", low: 0, high: weights.length - 1, step: 1, read: nearest,
      write: (k) => change({ weight: weights[k] }), words: (k) => fixed(weights[k], 1),
      from: (event) => { const x = view.toX(event); return range(weights.length).sort((a, b) => Math.abs(at[a] - x) - Math.abs(at[b] - x))[0]; } });
    return ({ key, weight, curve, without, finals, by_weight, flips: changes }) => {
      const own = curve.at(-1);
      const below = finals.filter((value) => value < own).length;
      const some = key.includes("1");
      say(some
        ? `${metric_label} ${fixed(own, 4)} with these tasks at weight ${fixed(weight, 1)}, ${signed(own - without.at(-1), 4)} against no tasks. It beats ${below} of ${finals.length - 1} other mixtures. One seed: differences of a few thousandths are noise.`
        : `${metric_label} ${fixed(own, 4)} without any task. Tick one.`);
      const trained = model.get("data").trained;
      const points = (values) => values.map((value, k) => [k + 1, value]);
      const all = [...curve, ...without, ...trained.flatMap((each) => each.curve)];
      const [low, high] = [0.95 * Math.min(...all), 1.03 * Math.max(...all)];
      const lines = [
        { name: "no tasks", color: "var(--dim)", points: points(without), dash: "5 3" },
        ...(some ? [{ name: "this mixture", color: data.run_colors[0], points: points(curve) }] : []),
        ...trained.map((each, k) => ({ name: each.name, color: data.run_colors[(k + 1) % data.run_colors.length], points: points(each.curve) })),
      ];
      nameLines(plot(course, { width: width(), height: 210, x: [1, curve.length], y: [low, high], right: 104, title: `${metric_label} after each epoch`, xLabel: "Epoch" }), lines);
      const size = parseFloat(getComputedStyle(stage.children[1]).gridTemplateColumns) || 300;
      const [least, most] = extent([...by_weight, without.at(-1)]);
      const room = 0.15 * (most - least) || 0.002;
      view = plot(weighing, { width: size, height: 190, x: [at[0] - 0.3, at.at(-1) + 0.3], y: [least - room, most + room], title: "By the weight of each", left: 50,
        xTicks: weights.map((each, k) => [at[k], fixed(each, 1)]), xLabel: "Weight: drag here" });
      view.line([[at[0] - 0.3, without.at(-1)], [at.at(-1) + 0.3, without.at(-1)]], { class: "line thin", stroke: "var(--dim)" });
      view.line(at.map((x, k) => [x, by_weight[k] ?? by_weight[0]]), { stroke: data.run_colors[0] });
      view.upright(Math.log(weight));
      view.dot(Math.log(weight), own);
      shown();
      const end = 1.1 * Math.max(0.004, ...changes.map(Math.abs));
      const bars = plot(flips, { width: size, height: 190, x: [-end, end], y: [names.length - 0.4, -0.6], title: "If this tick were changed", left: 118, yTicks: names.map((name, k) => [k, `${state[name] ? "−" : "+"} ${labels[name]}`]),
        xTicks: [[-end / 1.1, signed(-end / 1.1, 3)], [0, "0"], [end / 1.1, signed(end / 1.1, 3)]], xLabel: `Change in ${metric_label}` });
      bars.upright(0, { class: "rule" });
      changes.forEach((each, k) => bars.add(s("rect", { x: Math.min(bars.X(0), bars.X(each)), y: bars.Y(k) - 6, width: Math.abs(bars.X(each) - bars.X(0)), height: 12, fill: colors[names[k]] })));
    };
  },
});
