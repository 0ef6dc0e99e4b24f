// The controls of a figure, what the kernel does for it, and the frame around both.

// ---- Controls ------------------------------------------------------------------------------

function control(spec, state, change) {
  const look = spec.motif ? { class: "mark motif", style: `color:${spec.color}` } : { class: "mark", style: `background:${spec.color}` };
  const mark = spec.color ? h("span", { ...look, "aria-hidden": "true" }) : null;
  if (spec.motif) mark.innerHTML = spec.motif;
  const name = h("span", { class: "label", title: spec.hint || null }, spec.label);
  const set = (value) => change({ [spec.name]: value });
  const off = () => Boolean(spec.needs) && state[spec.needs[0]] !== spec.needs[1];
  if (spec.kind === "slider") {
    const scale = spec.log ? Math.log10 : (value) => value;
    const digits = Math.max(0, Math.ceil(-Math.log10(spec.step)));
    const written = (value) => fixed(value, spec.log ? 2 : digits);
    const input = h("input", {
      type: "range", min: scale(spec.low), max: scale(spec.high), step: spec.log ? 0.01 : spec.step, "aria-label": spec.label,
      oninput: () => set(spec.log ? clamp(Number((10 ** input.valueAsNumber).toPrecision(6)), spec.low, spec.high) : input.valueAsNumber),
    });
    const output = h("output", {});
    const tick = spec.tick
      ? h("input", { type: "checkbox", "aria-label": `Use ${spec.label}`, onchange: () => change({ [spec.tick]: tick.checked }) })
      : null;
    return {
      node: h("label", { class: tick ? "control ticked" : "control" }, tick, mark, name, input, output),
      show() {
        input.disabled = off();
        if (tick) tick.checked = state[spec.tick];
        const value = state[spec.name];
        if (Math.abs(input.valueAsNumber - scale(value)) > 1e-9) input.value = scale(value);
        output.textContent = written(value);
        input.setAttribute("aria-valuetext", written(value));
      },
      input,
    };
  }
  const input = spec.kind === "select"
    ? h("select", { "aria-label": spec.label, onchange: () => set(spec.options[input.selectedIndex][0]) },
        spec.options.map(([, label]) => h("option", {}, label)))
    : h("input", { type: { tick: "checkbox", number: "number" }[spec.kind] ?? "text", "aria-label": spec.label,
        min: spec.low, max: spec.high,
        onchange: () => set(spec.kind === "tick" ? input.checked : spec.kind === "number" ? clamp(Math.round(input.valueAsNumber || 0), spec.low, spec.high) : input.value) });
  const parts = spec.kind === "tick" ? [input, mark, name] : [mark, name, input];
  return {
    node: h("label", { class: `control ${spec.kind}` }, ...parts),
    show() {
      input.disabled = off();
      if (spec.kind === "select") input.selectedIndex = spec.options.findIndex(([value]) => value === state[spec.name]);
      else if (spec.kind === "tick") input.checked = state[spec.name];
      else input.value = state[spec.name];
    },
    input,
  };
}

// What the kernel does: a button each, progress, and how it went.
function kernelButtons(model, names, press) {
  const buttons = names.map((name, k) =>
    h("button", { type: "button", class: k ? null : "primary", onclick: () => press(name) }, name));
  const bar = h("progress", { "aria-label": "Epochs", max: 1, value: 0 });
  const [count, said] = [h("span", {}), h("p", { role: "status" })];
  const show = () => {
    const job = model.get("job") ?? {};
    buttons.forEach((button) => { if (button.textContent === "Stop") button.disabled = !job.running; });
    [bar.max, bar.value, bar.hidden] = [job.total || 1, job.done || 0, !job.total];
    count.textContent = job.total ? `Epoch ${job.done} of ${job.total}` : "";
    if (said.textContent !== job.said) said.textContent = job.said ?? "";
    said.className = `ausrec-note ausrec-${job.mood ?? ""}`;
    said.hidden = !job.said;
  };
  model.on("change:job", show);
  show();
  return h("div", {}, buttons, h("div", {}, bar, count), said);
}

// ---- The frame -----------------------------------------------------------------------------

// Makes a figure of three functions:
//   prepare(data)         what the data mean, once
//   compute(made, state)  all numbers of a state; pure, so that tests can ask for any state
//   build(figure)         elements, once; returns draw(numbers, state), once a frame
function live({ prepare = (data) => data, compute = () => null, build }) {
  return {
    render({ model, el }) {
      let [data, made] = [model.get("data"), prepare(model.get("data"))];
      const state = { ...model.get("state") };
      const [stage, note, heard] = [h("div", { class: "stage" }), h("p", { class: "ausrec-note" }), h("p", { role: "status", class: "hidden" })];
      let [asked, sent, said] = [0, 0, 0];
      const ask = () => { asked ||= requestAnimationFrame(show); };
      // The kernel is told when the hand rests, or a button is pressed: no figure waits for it.
      const flush = () => {
        if (sent) { clearTimeout(sent); sent = 0; model.set("state", { ...state }); model.save_changes(); }
      };
      // To a busy kernel moves wait and messages do not, so the message says where the controls stand.
      const press = (name) => { flush(); model.send({ do: name, state: { ...state } }); };
      const change = (values) => {
        Object.assign(state, values);
        ask();
        clearTimeout(sent);
        sent = setTimeout(flush, 120);
      };
      const controls = Object.fromEntries(data.controls.map((spec) => [spec.name, control(spec, state, change)]));
      const root = h("div", { class: "ausrec-live", role: "group", "aria-label": data.title, "data-lm-suppress-shortcuts": "true" });
      // JupyterLab has commands on bare keys, such as the one that deletes a cell.
      root.addEventListener("keydown", (event) => event.stopPropagation());
      const shown = data.controls.filter((spec) => spec.shown).map((spec) => controls[spec.name].node);
      const aside = h("div");
      const tell = () => { aside.innerHTML = model.get("aside") ?? ""; };
      model.on("change:aside", tell);
      tell();
      const left = h("div", { class: "settings" }, shown, data.buttons.length && model.get("kernel") ? kernelButtons(model, data.buttons, press) : null, aside);
      const instruction = h("p", {});
      instruction.innerHTML = data.instruction;
      root.append(h("p", { class: "ausrec-title" }, data.title), instruction,
        h("div", { class: shown.length || data.buttons.length ? "body" : "body alone" }, left, h("div", {}, note, stage, heard)));
      const figure = {
        get data() { return data; },
        get made() { return made; },
        state, stage, change, model, controls, left, ask,
        width: () => Math.max(240, Math.floor(stage.clientWidth || 600)),
        say(words) {
          note.textContent = words;
          clearTimeout(said);
          said = setTimeout(() => { heard.textContent = words; }, 700);
        },
        compute: (other = {}) => compute(made, { ...state, ...other }),
      };
      el.append(root);
      const draw = build(figure);
      note.hidden = !draw.length;
      function show() {
        asked = 0;
        Object.values(controls).forEach((each) => each.show());
        draw(compute(made, state), state);
        note.hidden = !note.textContent;
      }
      // What comes back while the hand moves on is old.
      model.on("change:state", () => { if (!sent) { Object.assign(state, model.get("state")); ask(); } });
      model.on("change:data", () => { data = model.get("data"); made = prepare(data); ask(); });
      model.on("change:results", ask);
      const sizes = new ResizeObserver(ask);
      sizes.observe(stage);
      root.figure = figure;
      show();
      return () => sizes.disconnect();
    },
  };
}
