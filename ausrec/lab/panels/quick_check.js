// A question with feedback, which needs no kernel.

const listed = (given) => given.map((k) => Number(k)).sort((a, b) => a - b);

// Judges an answer: whether it is right (null where there is none yet), and what to say.
function judge({ choices, right, hints, why, tolerance }, given) {
  if (!choices.length) {
    const number = given.trim() === "" ? NaN : Number(given.trim().replace(",", "."));
    if (given.trim() === "") return [null, "Write a number."];
    if (!Number.isFinite(number)) return [null, `‘${given}’ is no number: write it as 0.25.`];
    return Math.abs(number - right[0]) <= Math.max(tolerance, 1e-9 * Math.abs(right[0])) ? [true, `Right. ${why}`] : [false, `Not yet. ${hints[0]}`];
  }
  if (!given.length) return [null, "Choose first."];
  const wrong = given.filter((k) => !right.includes(k));
  if (wrong.length) return [false, `Not yet. ${wrong.map((k) => hints[k]).filter(Boolean).join(" ") || "Think again."}`];
  return given.length === right.length ? [true, `Right. ${why}`] : [false, "Not yet. Right so far, but not all that apply."];
}

export default live({
  compute: (data, { given }) => judge(data, given),
  build({ data, stage, state, change, compute }) {
    const { choices, many } = data;
    const group = `ausrec-check-${(clips += 1)}`;
    const said = h("p", { role: "status" });
    said.hidden = true;
    const inputs = choices.map((_, k) => h("input", { type: many ? "checkbox" : "radio", name: group, value: k }));
    const field = h("input", { type: "text", inputmode: "decimal", "aria-label": "Number", size: 12 });
    const check = (event) => {
      event.preventDefault();
      change({ given: choices.length ? listed(inputs.filter((each) => each.checked).map((each) => each.value)) : field.value });
      const [correct, words] = compute();
      said.hidden = false;
      said.className = `ausrec-note ausrec-${correct === null ? "" : correct ? "good" : "bad"}`;
      said.innerHTML = words;
    };
    const labels = choices.map((words, k) => h("label", { class: "choice" }, inputs[k], h("span", {}, words)));
    stage.append(h("form", { onsubmit: check }, choices.length ? labels : h("label", {}, "Number ", field),
      h("div", {}, h("button", { type: "submit", class: "primary" }, "Check")), said));
    return () => {};
  },
});
