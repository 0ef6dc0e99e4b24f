// Without a kernel: a model that remembers, for every figure of the page.
for (const twin of document.querySelectorAll("[data-live]")) {
  const { module, ...values } = JSON.parse(twin.dataset.live);
  const heard = {};
  const model = {
    get: (name) => values[name],
    set(name, value) {
      values[name] = value;
      (heard[`change:${name}`] ?? []).forEach((call) => call());
    },
    on: (event, call) => (heard[event] ??= []).push(call),
    off() {},
    save_changes() {},
    send() {},
  };
  const el = document.createElement("div");
  twin.before(el);
  try {
    FIGURES[module].render({ model, el });
    twin.remove();
  } catch (error) {
    // The twin says the same, and stays.
    el.remove();
    console.error(error);
  }
}
