// Niceties of the desk; every page works without them.

document.documentElement.classList.add("has-script");

// A filter applies itself; the button is for those without script.
for (const select of document.querySelectorAll(".filter__select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// What takes something is sent once, however fast it is pressed.
for (const form of document.querySelectorAll("form[data-once]")) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  // Back on this page, it may be pressed again.
  window.addEventListener("pageshow", () => { isSent = false; });
}

// Ctrl+Enter sends the reply by its first button.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target.tagName !== "TEXTAREA") return;
  const button = event.target.form?.querySelector("[data-ctrl-enter]");
  if (button) {
    event.preventDefault();
    event.target.form.requestSubmit(button);
  }
});

// What went wrong is read out and seen first.
document.querySelector("[data-focus]")?.focus();

// A screenshot opens above the ticket instead of leaving it.
const zoom = document.getElementById("zoom");
if (zoom?.showModal) {
  for (const link of document.querySelectorAll("[data-zoom]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const image = zoom.querySelector("img");
      image.src = link.href;
      image.alt = link.querySelector("img").alt;
      zoom.querySelector("svg")?.remove();
      const marks = link.querySelector("svg");
      if (marks) image.after(marks.cloneNode(true));
      zoom.showModal();
    });
  }
}

// The account menu closes on Escape and on a click elsewhere.
for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
