// The reply box: canned replies, their suggestion, and the preview. Without it, buttons of the form do the same.

(() => {
  const form = document.querySelector("form.reply");
  const box = document.getElementById("reply-body");
  if (!form || !box) return;

  // ---- Writing into the box

  // As if typed, so that Ctrl+Z takes it out again; execCommand is the only way browsers offer.
  function insert(text) {
    box.focus();
    if (document.execCommand?.("insertText", false, text)) return;
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
  }

  function put(macro) {
    const before = box.value.slice(0, box.selectionStart);
    insert((before && !before.endsWith("\n") ? "\n\n" : "") + macro.text);
    lead(macro.after);
  }

  // The button that does what the macro does comes forward; Ctrl+Enter presses it.
  function lead(after) {
    const buttons = [...form.querySelectorAll("[data-after]")];
    if (!buttons.some((button) => button.dataset.after === after)) return;
    for (const button of buttons) {
      const leads = button.dataset.after === after;
      button.classList.toggle("button--primary", leads);
      button.toggleAttribute("data-ctrl-enter", leads);
    }
  }

  // Enter on the switch would press the form's first button; here it goes on to the box.
  for (const radio of form.querySelectorAll("[name=mode]")) {
    radio.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      box.focus();
    });
  }

  // Filled in by the address: from now on it is text like any other, for a reload too.
  if (new URLSearchParams(location.search).has("macro")) {
    history.replaceState(null, "", location.pathname);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // ---- Canned replies, fetched once

  let fetched;
  function macros() {
    fetched ??= fetch(form.dataset.macros, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.json() : Promise.reject(answer.status)))
      .then((told) => told.macros)
      .catch((error) => {
        fetched = undefined; // the next try asks again
        throw error;
      });
    return fetched;
  }

  const suggestion = form.querySelector("[data-macro]");
  suggestion?.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      const macro = (await macros()).find((each) => each.key === suggestion.value);
      if (macro) return put(macro);
    } catch {
      // The form itself can do it: what is typed goes along and comes back.
    }
    form.requestSubmit(suggestion);
  });

  const picker = document.getElementById("canned");
  const opener = form.querySelector("[data-canned]");
  if (picker?.showModal && opener) {
    const search = picker.querySelector("[role=combobox]");
    const list = picker.querySelector("[role=listbox]");
    const state = picker.querySelector("[role=status]");
    let shown = [];
    let active = -1;
    let bySlash = false;
    let hasChosen = false;
    let caret = [0, 0];

    opener.hidden = false;
    opener.addEventListener("click", () => open(false));

    // A slash at the start of a line opens the list; closed without a choice, it is a slash after all.
    box.addEventListener("beforeinput", (event) => {
      const isAtStart = box.selectionStart === 0 || box.value[box.selectionStart - 1] === "\n";
      if (event.inputType !== "insertText" || event.data !== "/" || !isAtStart || opener.checkVisibility?.() === false) return;
      event.preventDefault();
      open(true);
    });

    async function open(isTyped) {
      bySlash = isTyped;
      hasChosen = false;
      caret = [box.selectionStart, box.selectionEnd];
      search.value = "";
      list.replaceChildren();
      state.textContent = "";
      picker.showModal();
      search.focus();
      try {
        filter(await macros());
      } catch {
        state.textContent = picker.dataset.failed;
      }
    }

    function filter(all) {
      const words = search.value.trim().toLowerCase().replace(/^\//, "").split(/\s+/).filter(Boolean);
      const fits = (macro, text) => words.every((word) => text.toLowerCase().includes(word));
      const begins = all.filter((macro) => words.length === 1 && macro.key.startsWith(words[0]));
      const named = all.filter((macro) => !begins.includes(macro) && fits(macro, `${macro.title} ${macro.key} ${macro.category}`));
      const worded = all.filter((macro) => !begins.includes(macro) && !named.includes(macro) && fits(macro, macro.text));
      shown = [...begins, ...named, ...worded];
      list.replaceChildren(...shown.map(option));
      state.textContent = shown.length ? "" : picker.dataset.none;
      activate(shown.length ? 0 : -1);
    }

    function option(macro, index) {
      const item = document.createElement("li");
      item.id = `canned-${index}`;
      item.setAttribute("role", "option");
      item.className = "picker__one";
      for (const [name, text] of [["title", macro.title], ["key", `/${macro.key}`], ["category", macro.category], ["text", macro.text]]) {
        if (!text) continue;
        const part = document.createElement("span");
        part.className = `picker__${name}`;
        part.textContent = text;
        item.append(part, " ");
      }
      item.addEventListener("click", () => choose(index));
      return item;
    }

    function activate(index) {
      active = index;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
      if (index < 0) return search.removeAttribute("aria-activedescendant");
      search.setAttribute("aria-activedescendant", `canned-${index}`);
      list.children[index].scrollIntoView({ block: "nearest" });
    }

    function choose(index) {
      const macro = shown[index];
      if (!macro) return;
      hasChosen = true;
      picker.close();
      backToCaret();
      put(macro);
    }

    search.addEventListener("input", async () => filter(await macros().catch(() => [])));
    search.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const moves = { ArrowDown: active + 1, ArrowUp: active - 1 };
      if (event.key in moves && shown.length) activate((moves[event.key] + shown.length) % shown.length);
      else if (event.key === "Enter") choose(active);
      else return;
      event.preventDefault();
    });
    picker.addEventListener("close", () => {
      if (hasChosen) return;
      backToCaret();
      if (bySlash) insert("/"); // so it was meant as one
    });

    // A dialog that closes gives the focus back, but not always the place in the text.
    function backToCaret() {
      box.focus();
      box.setSelectionRange(...caret);
    }
  }

  // ---- The mail as it will look

  const preview = document.getElementById("preview");
  form.querySelector("[data-preview]")?.addEventListener("click", (event) => {
    if (!preview?.showModal) return;
    event.preventDefault();
    // A form of its own: the reply's is not being sent.
    const asked = document.createElement("form");
    Object.assign(asked, { method: "post", action: event.currentTarget.formAction, target: "reply-preview", hidden: true });
    for (const name of ["csrfmiddlewaretoken", "body"]) {
      const field = document.createElement("textarea");
      Object.assign(field, { name, value: form.elements[name].value });
      asked.append(field);
    }
    document.body.append(asked);
    preview.showModal();
    asked.submit();
    asked.remove();
  });
})();
