// What a word of the glossary means, shown at the pointer, at the keyboard's focus, or on a tap.
addEventListener("DOMContentLoaded", () => {
  const bubble = document.createElement("div");
  Object.assign(bubble, { id: "glossary-meaning", role: "tooltip", hidden: true });
  document.body.append(bubble);
  let shown, later, firstTap;

  const show = (word) => {
    clearTimeout(later);
    if (shown !== word) hide();
    shown = word;
    bubble.textContent = word.dataset.meaning;
    bubble.hidden = false;
    word.setAttribute("aria-describedby", bubble.id);
    const place = word.getBoundingClientRect(), size = bubble.getBoundingClientRect();
    const right = document.documentElement.clientWidth - size.width - 8;
    const below = place.bottom + 6;
    const top = below + size.height > innerHeight ? place.top - size.height - 6 : below;
    bubble.style.left = `${Math.max(8, Math.min(place.left, right)) + scrollX}px`;
    bubble.style.top = `${top + scrollY}px`;
  };
  const hide = () => {
    clearTimeout(later);
    bubble.hidden = true;
    shown?.removeAttribute("aria-describedby");
    shown = undefined;
  };
  // The pointer may go on to the bubble without losing it.
  const leave = () => (later = setTimeout(hide, 200));

  for (const word of document.querySelectorAll("a.glossary-word")) {
    word.dataset.meaning = word.title;
    word.removeAttribute("title");
    word.addEventListener("mouseenter", () => show(word));
    word.addEventListener("mouseleave", leave);
    word.addEventListener("focus", () => show(word));
    word.addEventListener("blur", leave);
    // A finger shows the meaning first; a second tap follows the link.
    word.addEventListener("pointerdown", (event) => {
      firstTap = event.pointerType === "touch" && shown !== word;
    });
    word.addEventListener("click", (event) => {
      if (!firstTap) return;
      event.preventDefault();
      show(word);
    });
  }
  bubble.addEventListener("mouseenter", () => clearTimeout(later));
  bubble.addEventListener("mouseleave", leave);
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("pointerdown", (event) => {
    if (!event.target.closest("a.glossary-word, #glossary-meaning")) hide();
  });
});
