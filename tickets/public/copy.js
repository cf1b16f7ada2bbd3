// Buttons that copy a number or the address of the page.

const announce = document.getElementById("announce");

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const label = button.querySelector("span");
  const words = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source ? source.textContent.trim() : location.href.split(/[?#]/)[0]);
    label.textContent = button.dataset.done;
    announce.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = words; }, 2000);
  });
}
