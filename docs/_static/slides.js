// Start the deck, and make what is too large for a slide smaller.
const fit = () => {
  const content = Reveal.getCurrentSlide()?.querySelector(".content");
  if (!content || !content.clientHeight) return;
  const picture = content.querySelector(":scope > img");
  // Words go next to a picture that is not much wider than high.
  if (picture) content.classList.toggle("beside", picture.naturalWidth < 1.3 * picture.naturalHeight);
  content.style.zoom = 1;
  for (let tries = 0; tries < 12; tries += 1) {
    const high = content.scrollHeight / content.clientHeight, wide = content.scrollWidth / content.clientWidth;
    if (Math.max(high, wide) < 1.001) break;
    // What is smaller breaks its lines later, so half of the way is often enough for the height.
    content.style.zoom = Math.max(0.5, (content.style.zoom * 0.98) / Math.max(Math.sqrt(high), wide));
  }
};
Reveal.on("slidechanged", fit);
Reveal.initialize({
  width: 1280, height: 720, margin: 0, center: false, display: "flex", hash: true, slideNumber: "c/t",
  transition: "none", backgroundTransition: "none", plugins: [RevealNotes],
}).then(fit);
addEventListener("load", () => (window.MathJax?.startup?.promise ?? Promise.resolve()).then(fit));
