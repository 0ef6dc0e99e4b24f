// A panel whose results Python makes, as HTML.

export default live({
  build({ stage, model }) {
    let shown = "";
    return () => {
      const html = model.get("results") ?? "";
      if (html !== shown) stage.innerHTML = shown = html;
    };
  },
});
