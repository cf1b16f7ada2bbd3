// Single keys: every element with data-shortcut is pressed, or given the focus, by its key. `?` lists them.
// They rest while something is typed, while a dialog is open, and for who has switched them off (WCAG 2.1.4).

(() => {
  const PAUSE = 1200; // ms between the keys of a sequence such as "g q"
  const NO_TEXT = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);
  const dialog = document.getElementById("shortcuts");
  if (!dialog?.showModal) return;

  let areOn = document.body.dataset.shortcuts === "on";
  let begun = "";
  let timer;

  function isTyping(target) {
    if (target.isContentEditable || target.matches("textarea, select")) return true;
    return target.matches("input") && !NO_TEXT.has(target.type);
  }

  function isUsable(element) {
    const isShown = element.checkVisibility ? element.checkVisibility({ visibilityProperty: true }) : element.offsetParent;
    return isShown && !element.disabled && element.getAttribute("aria-disabled") !== "true";
  }

  const usable = () => [...document.querySelectorAll("[data-shortcut]")].filter(isUsable);
  const rows = () => [...document.querySelectorAll("a.rows__title")].filter(isUsable);

  function press(element) {
    const isField = isTyping(element);
    if (isField) element.focus();
    else element.click();
    const then = element.dataset.shortcutThen;
    if (then) document.getElementById(then)?.focus();
  }

  function step(by) {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  // True when the key, after those before it, is one of ours.
  function heed(key) {
    const keys = begun ? `${begun} ${key}` : key;
    begun = "";
    clearTimeout(timer);
    if (keys === "?") return open();
    const all = usable();
    const meant = all.find((element) => element.dataset.shortcut === keys);
    if (meant) {
      press(meant);
      return true;
    }
    if (all.some((element) => element.dataset.shortcut.startsWith(`${keys} `))) {
      begun = keys;
      timer = setTimeout(() => { begun = ""; }, PAUSE);
      return true;
    }
    if (keys === "j") return step(1);
    if (keys === "k") return step(-1);
    return false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === " ") return;
    if (!areOn || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.repeat && !["j", "k"].includes(event.key)) return;
    if (heed(event.key)) event.preventDefault();
  });

  // Escape leaves a field, so that the keys work again.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !areOn) return;
    if (isTyping(event.target) && !document.querySelector("dialog[open]")) event.target.blur();
  });

  // ---- The list

  const list = dialog.querySelector("[data-keys]");

  function entries() {
    const found = usable().map((each) => [each.dataset.shortcut, each.dataset.shortcutLabel || each.textContent.trim()]);
    const told = [...document.querySelectorAll("[data-key]")].filter(isUsable);
    const ofRows = rows().length ? [...list.querySelectorAll("template[data-row-key]")] : [];
    return [
      ...ofRows.map((each) => [each.dataset.rowKey, each.dataset.label]),
      ...found,
      ...told.map((each) => [each.dataset.key, each.dataset.keyLabel]),
      ["?", list.dataset.help],
    ];
  }

  function line([keys, label]) {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    for (const key of keys.split(" ")) {
      const cap = document.createElement("kbd");
      cap.className = "key";
      cap.textContent = key;
      term.append(cap, " ");
    }
    const meaning = document.createElement("dd");
    meaning.textContent = label;
    row.append(term, meaning);
    return row;
  }

  function open() {
    const seen = new Map(); // the first element of a key is the one that is pressed
    for (const [keys, label] of entries()) if (!seen.has(keys)) seen.set(keys, label);
    for (const old of list.querySelectorAll("div")) old.remove();
    list.append(...[...seen].map(line));
    show();
    dialog.showModal();
    return true;
  }

  for (const link of document.querySelectorAll("[data-opens-shortcuts]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      link.closest("details")?.removeAttribute("open");
      open();
    });
  }

  // ---- The switch, saved at once

  const form = dialog.querySelector("form[data-switch]");
  const toggle = form.querySelector("[name=on]");
  const state = dialog.querySelector("[role=status]");

  function show() {
    toggle.checked = areOn;
    list.classList.toggle("keys--off", !areOn);
    for (const element of document.querySelectorAll("[data-shortcut]")) {
      if (areOn && !element.dataset.shortcut.includes(" ")) element.setAttribute("aria-keyshortcuts", element.dataset.shortcut);
      else element.removeAttribute("aria-keyshortcuts");
    }
  }

  toggle.addEventListener("change", async () => {
    const wanted = toggle.checked;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new FormData(form),
      });
      // Anything else is a page: the sign-in, for one.
      if (answer.status !== 204) throw new Error(answer.status);
      areOn = wanted;
      state.textContent = wanted ? state.dataset.on : state.dataset.off;
    } catch {
      state.textContent = state.dataset.failed;
    }
    show();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    toggle.click();
  });
  show();
})();
