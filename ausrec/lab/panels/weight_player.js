// Recorded runs: weights, cosines and the metric, linked at the epoch; and branches of the run in
// which the weight of one task was changed.

export default live({
  compute({ names, runs }, { epoch, branch }) {
    const [was, run] = [runs[0], runs.find((each) => each.name === branch) ?? runs[0]];
    const at = (lines, name) => lines[name]?.find(([when]) => when === epoch)?.[1];
    const column = (lines) => names.map((name) => at(lines, name));
    return { was, run, weights: column(was.weight), changed: column(run.weight), cosines: column(run.cosine), metric: at(run.metric, "") };
  },
  build({ stage, change, state, model, left, say, width }) {
    const data = () => model.get("data");
    const { low, high } = data();
    const [plots, below] = [["weight", "cosine", "metric"].map((kind) => [kind, s("svg")]), h("div")];
    stage.append(...plots.map(([, svg]) => svg), below);
    const branches = h("select", { "aria-label": "Course", onchange: () => change({ branch: data().runs[branches.selectedIndex].name }) });
    let timer = 0;
    const stop = () => { clearInterval(timer); timer = 0; play.textContent = "▶ Play"; };
    const play = h("button", { type: "button", onclick() {
      if (timer) return stop();
      if (state.epoch >= high) change({ epoch: low });
      play.textContent = "❚❚ Pause";
      timer = setInterval(() => (state.epoch >= high ? stop() : change({ epoch: state.epoch + 1 })), 500);
    } }, "▶ Play");
    left.prepend(play, h("label", { class: "control select" }, h("span", { class: "label" }, "Course"), branches));
    const views = {};
    const shown = plots.map(([kind, svg]) => handle(svg, { label: `Epoch, in the plot of the ${kind}`, low, high, step: 1,
      read: () => state.epoch, write: (epoch) => change({ epoch }), from: (event) => views[kind].toX(event), words: (k) => `epoch ${k}` }));
    return ({ was, run, weights, changed, cosines, metric }) => {
      const { names, labels, colors, metric_label, runs } = data();
      branches.replaceChildren(...runs.map(({ name, label }) => h("option", { selected: name === run.name }, label)));
      say(`Epoch ${state.epoch}` + (metric === undefined ? "." : `: ${metric_label} ${fixed(metric, 4)}.`) +
        (run === was ? "" : ` The course: ${run.label}. Dashed: as it was.`));
      const titles = { weight: "Task weights", cosine: "Cosine with the main task's gradient", metric: metric_label };
      plots.forEach(([kind, svg], place) => {
        const own = kind === "metric";
        const lines = Object.keys(run[kind]).length ? (own ? [""] : names) : [];
        svg.style.display = lines.length ? "" : "none";
        if (!lines.length) return;
        const all = [run, was].flatMap((each) => Object.values(each[kind]).flat().map(([, value]) => value));
        const [least, most] = extent(all);
        const room = 0.06 * (most - least) || 0.05;
        const view = (views[kind] = plot(svg, {
          width: width(), height: own ? 130 : Math.max(170, 40 + 14 * names.length), title: titles[kind], x: [low, high],
          y: [(kind === "weight" ? Math.min(0, least) : least) - (kind === "weight" ? 0 : room), most + room],
          right: own ? 12 : 122, xLabel: own ? "Epoch: drag in any plot" : "",
        }));
        if (run !== was) lines.forEach((name) => view.line(was[kind][name] ?? [], { stroke: own ? "var(--dim)" : colors[name], class: "line thin", opacity: 0.7 }));
        if (own) view.line(run.metric[""]);
        else nameLines(view, names.filter((name) => run[kind][name]).map((name) => ({ points: run[kind][name], color: colors[name], name: labels[name] })), state.epoch);
        view.upright(state.epoch);
        if (own && metric !== undefined) view.dot(state.epoch, metric);
        shown[place]();
      });
      const text = (value) => (value === undefined ? "" : fixed(value, 3));
      const again = run !== was;
      below.replaceChildren(table(`Epoch ${state.epoch}`, ["Task", "Weight", ...(again ? ["Weight, changed"] : []), "Cosine"],
        names.map((name, k) => [labels[name], text(weights[k]), ...(again ? [text(changed[k])] : []), text(cosines[k])])));
    };
  },
});
