// The advice goes into the reply that is being written; without script the page comes back with it.

for (const link of document.querySelectorAll("[data-insert]")) {
  link.addEventListener("click", (event) => {
    const box = document.getElementById("reply-body");
    if (!box) return;
    event.preventDefault();
    const typed = box.value.trimEnd();
    box.value = typed ? `${typed}\n\n${link.dataset.insert}` : link.dataset.insert;
    // Whatever watches the box, such as a draft, hears of it.
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
    box.scrollIntoView({ block: "center" });
  });
}
