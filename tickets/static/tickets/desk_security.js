// Recovery codes: copied, printed. Without script the browser's own menu does both.

for (const button of document.querySelectorAll("[data-copy-codes]")) {
  const label = button.querySelector("[aria-live]");
  const before = label.textContent;
  button.addEventListener("click", async () => {
    const codes = [...document.querySelector(button.dataset.copyCodes).children];
    await navigator.clipboard.writeText(codes.map((code) => code.textContent.replace(" ", "")).join("\n"));
    label.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; }, 4000);
  });
  // Only where the browser lets a page write there: over https, or on one's own machine.
  button.hidden = !navigator.clipboard;
}

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
