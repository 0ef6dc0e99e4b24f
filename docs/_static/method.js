// Where the picture of the method is wider than the screen, its lit part is in sight first.
addEventListener("load", () => {
  for (const svg of document.querySelectorAll(".ausrec-method")) {
    const lit = [...svg.querySelectorAll(".lit rect")].map((box) => box.getBoundingClientRect());
    const around = svg.parentElement;
    if (!lit.length || around.scrollWidth <= around.clientWidth) continue;
    const left = Math.min(...lit.map((box) => box.left)), right = Math.max(...lit.map((box) => box.right));
    const from = around.getBoundingClientRect().left;
    around.scrollLeft = (left + right - around.clientWidth) / 2 - from;
  }
});
