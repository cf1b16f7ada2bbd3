// Editing texts: parts as tabs, a trial without leaving the page, a word before leaving it unsaved.

const form = document.querySelector("[data-texts]");

// Tabs: links to the parts, one of which is shown. Back and forward go through them.
const links = [...document.querySelectorAll("[data-part]")];
const partOf = (link) => document.querySelector(link.getAttribute("href"));

function open(chosen) {
  for (const link of links) {
    partOf(link).hidden = link !== chosen;
    if (link === chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  // Saving comes back to where it was pressed.
  form.elements.part.value = chosen.hash.slice(1);
}

function openFromAddress() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const chosen = target && links.find((link) => partOf(link).contains(target));
  if (chosen) {
    open(chosen);
    if (target !== partOf(chosen)) target.focus();
  }
}

const first = links.find((link) => partOf(link).querySelector("[aria-invalid]")) ?? links[0];
if (first) open(first);
openFromAddress();
window.addEventListener("hashchange", openFromAddress);

// What was typed is not lost without a word.
let isUnsaved = Boolean(document.querySelector(".error-summary, #overtaken"));
form.addEventListener("input", (event) => {
  if (event.target.closest(".texts__try")) return;
  isUnsaved = true;
  const state = form.querySelector("[data-state]");
  if (state) state.textContent = form.dataset.unsaved;
});
window.addEventListener("beforeunload", (event) => { if (isUnsaved) event.preventDefault(); });

// The trial: the same page is asked for, and only its answer is taken.
async function tryIt(button) {
  const place = document.getElementById("trial");
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(location.pathname, { method: "POST", body: new FormData(form, button) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.getElementById("trial").childNodes);
    place.removeAttribute("aria-busy");
  } catch {
    // Signed out, or no connection: the page itself is asked, and says so.
    isAsking = true;
    form.requestSubmit(button);
  }
}

let isAsking = false;
form.addEventListener("submit", (event) => {
  if (event.submitter?.value === "try" && !isAsking) {
    event.preventDefault();
    tryIt(event.submitter);
  } else {
    isUnsaved = false;
  }
});
