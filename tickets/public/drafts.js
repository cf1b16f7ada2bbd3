// Keeps what was typed into a report in this window, until it is sent or the window is closed.

const DAY = 86400000; // ms
const SOON = 300; // ms
const PREFIX = "kaya-draft:";
// Never kept: files cannot be, tokens must not be, and the trap for machines is nobody's text.
const NOT_TYPED = ["hidden", "file", "password", "submit", "button", "reset", "fieldset", "output"];
const TRAPS = ["website"];

const form = document.getElementById("report");
const notice = document.querySelector("[data-draft-notice] > *");
const key = PREFIX + (form?.dataset.draft ?? location.pathname);

// sessionStorage is full, or not allowed: then nothing is kept, and nothing else suffers.
function store(act) {
  try {
    return act(sessionStorage);
  } catch {
    return null;
  }
}

const read = (name) => store((kept) => JSON.parse(kept.getItem(name)));
const write = (name, draft) => store((kept) => kept.setItem(name, JSON.stringify(draft)));
const drop = (name) => store((kept) => kept.removeItem(name));

const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
const nameOf = (field) => (isTicked(field) ? `${field.name}=${field.value}` : field.name);
const valueOf = (field) => (isTicked(field) ? field.checked : field.value);

function fields() {
  return [...form.elements].filter(
    (field) => field.name && !NOT_TYPED.includes(field.type) && !TRAPS.includes(field.name),
  );
}

const snapshot = () => Object.fromEntries(fields().map((field) => [nameOf(field), valueOf(field)]));

/** Set what differs, and tell the other scripts as if it had been typed. */
function fill(values) {
  const changed = fields().filter((field) => (values[nameOf(field)] ?? valueOf(field)) !== valueOf(field));
  for (const field of changed) {
    if (isTicked(field)) field.checked = values[nameOf(field)];
    else field.value = values[nameOf(field)];
  }
  for (const field of changed) {
    if (field.type === "radio" && !field.checked) continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return changed.length > 0;
}

function keep() {
  const blank = snapshot();
  let timer = 0;
  let isTouched = false;

  function save() {
    clearTimeout(timer);
    if (!isTouched) return;
    const values = snapshot();
    if (Object.keys(values).some((name) => values[name] !== blank[name])) write(key, { at: Date.now(), values });
    else drop(key);
  }

  function forget() {
    clearTimeout(timer);
    isTouched = false;
    drop(key);
  }

  function restore() {
    const draft = read(key);
    if (!draft?.values || Date.now() - draft.at > DAY) return;
    write(key, { ...draft, sentFrom: undefined });
    const isRestored = fill(draft.values);
    // Nobody has typed: what is kept grows no younger by that.
    clearTimeout(timer);
    isTouched = false;
    if (!isRestored || !notice) return;
    notice.hidden = false;
    notice.querySelector("button").addEventListener("click", () => {
      fill(blank);
      forget();
      notice.hidden = true;
      fields()[0]?.focus();
    });
  }

  form.addEventListener("input", () => {
    isTouched = true;
    clearTimeout(timer);
    timer = setTimeout(save, SOON);
  });
  // Also the way out by the button that changes the language.
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", save);
  document.addEventListener("kaya:sent", forget);
  // Whether it arrived, the next page knows.
  document.addEventListener("submit", (event) => {
    if (event.target !== form || event.defaultPrevented) return;
    save();
    const draft = read(key);
    if (draft) write(key, { ...draft, sentFrom: location.pathname });
    isTouched = false;
  });
  if (form.matches("[data-fresh], [data-blank]")) restore();
}

/** Forget what was sent from another page, if this one is where sending leads. */
function dropSent() {
  const names = store((kept) => Object.keys(kept)) ?? [];
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    const sentFrom = read(name)?.sentFrom;
    const isOfThis = name === key || document.querySelector("[data-just-made]");
    if (sentFrom && sentFrom !== location.pathname && isOfThis) drop(name);
  }
}

if (document.getElementById("live")) dropSent();
// After form.js has filled in what it can guess: what a person typed comes last.
if (form) document.addEventListener("DOMContentLoaded", keep);
