// Text beside the pointer, on screen and in saved maps.
"use strict";

// Lines of plain text, the first one a name: markup in a name is shown, never run.
function tip(lines) {
  const box = document.createElement("div");
  lines.filter(Boolean).forEach((line, index) => {
    const row = document.createElement("div");
    row.className = index === 0 ? "tip-name" : "tip-value";
    row.textContent = line;
    box.appendChild(row);
  });
  return box;
}
