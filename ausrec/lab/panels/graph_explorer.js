// Who is related to whom, and why: all cases were answered in Python, where relations are defined.

export default live({
  compute: (data, { relation, user }) => data.cases[relation]?.[user] ?? null,
  build({ stage, change, state, model, say, left, figure = null, ...rest }) {
    const [svg, below] = [s("svg"), h("div")];
    const list = h("select", { "aria-label": "Related", onchange: () => change({ partner: related()[list.selectedIndex][0] }) });
    left.append(h("label", { class: "control select" }, h("span", { class: "label" }, "Related"), list));
    stage.append(svg, below);
    const data = () => model.get("data");
    const related = () => data().cases[state.relation]?.[state.user] ?? [];
    const place = () => Math.max(0, related().findIndex(([partner]) => partner === state.partner));
    const pick = (user) => change({ user, partner: data().cases[state.relation]?.[user]?.[0]?.[0] ?? null });
    let [circle, people] = [null, []];
    const near = (event) => people[circle.nearest(event)];
    const shown = handle(svg, {
      label: "Related user", low: 0, high: () => Math.max(0, related().length - 1), step: 1, read: place,
      write: (k) => related().length && change({ partner: related()[k][0] }),
      from(event) {
        const partners = related().map(([partner]) => people.indexOf(partner)).filter((k) => k >= 0);
        if (!partners.length || (event.type === "pointerdown" && !related().some(([partner]) => partner === near(event)))) return place();
        return related().findIndex(([partner]) => partner === people[circle.nearest(event, partners)]);
      },
      words: (k) => related()[k] ? name(related()[k][0]) : "nobody",
    });
    svg.addEventListener("pointerdown", (event) => {
      const who = near(event);
      if (who !== state.user && !related().some(([partner]) => partner === who)) pick(who);
    });
    svg.addEventListener("dblclick", (event) => pick(near(event)));
    svg.addEventListener("keydown", (event) => event.key === "Enter" && state.partner !== null && pick(state.partner));
    const name = (node) => data().nodes[node] ?? `user ${node}`;

    return (cases) => {
      const { relation, user } = state;
      const { colors, meanings, begins, links, circle: all, whole } = data();
      if (!cases) {
        say(model.get("kernel") ? "One moment …" : "This user is shown where a kernel runs.");
        return;
      }
      if (!cases.some(([partner]) => partner === state.partner)) state.partner = cases[0]?.[0] ?? null;
      const chosen = cases.find(([partner]) => partner === state.partner);
      list.replaceChildren(...cases.map(([partner, count]) => h("option", {}, `${name(partner)} (${count})`)));
      list.selectedIndex = place();
      list.disabled = !cases.length;
      say(`${meanings[relation]} ` + (chosen ? `${name(user)} and ${name(chosen[0])} ${begins[relation]}${chosen[2]}.` : `${name(user)} is related to nobody in this way.`));

      const drawn = cases.slice(0, 15).map(([partner]) => partner);
      if (chosen && !drawn.includes(chosen[0])) drawn.push(chosen[0]);
      people = whole ? all : [user, ...drawn];
      const width = rest.width();
      circle = ring(svg, { width, height: Math.min(440, Math.max(300, width * 0.72)), names: people.map(name) });
      const spot = new Map(people.map((person, k) => [person, circle.at[k]]));
      if (whole) links.forEach(([a, b]) => circle.link(spot.get(a), spot.get(b), {}));
      else drawn.forEach((partner) => circle.link(spot.get(user), spot.get(partner), {}));
      if (chosen) walks(circle, spot, chosen[3], colors[relation], name);
      people.forEach((person, k) => {
        const is = { user: person === user, partner: person === state.partner };
        const fill = is.user ? "var(--fg)" : cases.some(([partner]) => partner === person) ? colors[relation] : "var(--bg)";
        circle.person(k, { fill, r: is.user || is.partner ? 11 : 8, "stroke-width": is.partner ? 3 : 1.3 });
      });
      shown();
      const rows = cases.slice(0, 5).map(([partner, count, over]) => [name(partner), String(count), over]);
      below.replaceChildren(
        h("p", {}, "Black or white: the user. Coloured: related. Drag over them to see why; click anybody else, or press Enter, to see their side."),
        rows.length ? table(`The ${rows.length} with most reasons, of ${data().total ?? cases.length}`, ["Related user", "Reasons", "Over"], rows) : "",
      );
    };
  },
});

// Draws walks between people; who or what is not on the circle lies between their ends.
function walks(circle, spot, paths, color, name) {
  const placed = new Map(spot);
  const [from, to] = [spot.get(paths[0][0]), spot.get(paths[0][paths[0].length - 1])];
  const across = [to[1] - from[1], from[0] - to[0]];
  const length = Math.hypot(...across) || 1;
  const steps = paths[0].length - 1;
  const labels = [];
  for (let step = 1; step < steps; step++) {
    const here = [...new Set(paths.map((path) => path[step]))].filter((node) => !placed.has(node));
    here.forEach((node, k) => {
      const [share, off] = [step / steps, (k - (here.length - 1) / 2) * 44];
      const at = [0, 1].map((axis) => {
        const on = from[axis] + share * (to[axis] - from[axis]) + (off * across[axis]) / length;
        return on + 0.4 * (circle.middle[axis] - on);
      });
      placed.set(node, at);
      labels.push([node, at]);
    });
  }
  paths.forEach((path) => path.slice(1).forEach((node, k) =>
    circle.link(placed.get(path[k]), placed.get(node), { stroke: color, style: `stroke:${color};stroke-width:3;opacity:1` })));
  labels.forEach(([node, [x, y]]) => {
    circle.add(s("rect", { x: x - 6, y: y - 6, width: 12, height: 12, fill: color, stroke: "var(--bg)" }));
    circle.add(s("text", { x, y: y - 10, "text-anchor": "middle", style: "paint-order:stroke;stroke:var(--bg);stroke-width:3px" }, name(node)));
  });
}
