// Start the deck, and make what is too high for a slide smaller.
const fit = () => {
  const body = Reveal.getCurrentSlide()?.querySelector(".content");
  if (!body || !body.clientHeight) return;
  const picture = body.querySelector(":scope > img");
  // Words go next to a picture that is not much wider than high.
  if (picture) body.classList.toggle("beside", picture.naturalWidth < 1.3 * picture.naturalHeight);
  body.style.zoom = 1;
  for (let tries = 0; tries < 4 && body.scrollHeight > body.clientHeight + 1; tries += 1) {
    // What is smaller breaks its lines later, so half of the way is often enough.
    body.style.zoom = Math.max(0.4, body.style.zoom * Math.sqrt(body.clientHeight / body.scrollHeight) * 0.98);
  }
};
Reveal.on("slidechanged", fit);
Reveal.initialize({
  width: 1280, height: 720, margin: 0, center: false, display: "flex", hash: true, slideNumber: "c/t",
  transition: "none", backgroundTransition: "none", plugins: [RevealNotes],
}).then(fit);
addEventListener("load", () => (window.MathJax?.startup?.promise ?? Promise.resolve()).then(fit));
