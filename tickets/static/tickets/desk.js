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

// Ctrl+Enter presses the button that stands for it; of several, the one in sight.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target.tagName !== "TEXTAREA") return;
  const buttons = [...(event.target.form?.querySelectorAll("[data-ctrl-enter]") ?? [])];
  const button = buttons.find((each) => each.offsetParent);
  if (button) {
    event.preventDefault();
    event.target.form.requestSubmit(button);
  }
});

// What went wrong is read out and seen first.
document.querySelector("[data-focus]")?.focus();

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
