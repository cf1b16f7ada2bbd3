// Helps while somebody reports: asks what fits so far, and shows it under the question that led to it.

const PAUSE = 150; // ms without a key; with the answer's own time it stays under 300
const SPEAK = 1000; // ms without news before it is read aloud
const ASKED = /^(situation|signup_(day|date|hour|zone)|hour_unknown|tried|description|contact|reply_email)$/;

const report = document.querySelector("#report[data-advise]");
const said = document.getElementById("help-said");
let anchor = report;
let last = "";
let pausing = 0;
let speaking = 0;
let under = new AbortController();

function soFar() {
  // Texts only: pictures are not sent to be advised on.
  const pairs = [...new FormData(report)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(pairs);
}

// What changes above must not move what somebody looks at.
function hold(change) {
  const before = anchor.getBoundingClientRect().top;
  change();
  window.scrollBy(0, anchor.getBoundingClientRect().top - before);
}

function put(slot, part) {
  const html = part?.innerHTML.trim() ?? "";
  if (slot.innerHTML.trim() === html) return false;
  const focused = slot.contains(document.activeElement) ? document.activeElement.id : "";
  slot.innerHTML = html;
  if (focused) document.getElementById(focused)?.focus();
  return true;
}

function show(fresh) {
  let changed = false;
  hold(() => {
    for (const slot of report.querySelectorAll("[data-slot]")) {
      const { slot: name, place } = slot.dataset;
      const at = place ? `[data-place="${place}"]` : "";
      changed = put(slot, fresh.querySelector(`[data-part="${name}"]${at}`)) || changed;
    }
  });
  if (changed) speak();
}

function speak() {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    const news = report.querySelectorAll(".read-back, [data-slot='when'] .notice p, .help__title, .help li");
    said.textContent = [...news].map((each) => each.textContent.trim()).join("\n");
  }, SPEAK);
}

async function ask() {
  const body = soFar();
  if (body.toString() === last) return;
  last = body.toString();
  under.abort(); // the answer to an earlier question would be out of date
  under = new AbortController();
  const fresh = document.createElement("template");
  try {
    const answer = await fetch(report.dataset.advise, { method: "POST", body, signal: under.signal });
    if (answer.ok) fresh.innerHTML = await answer.text();
  } catch (error) {
    if (error.name === "AbortError") return;
    // Without an answer there is no advice: an old one may be wrong by now.
    last = "";
  }
  show(fresh.content);
}

function askSoon(event) {
  if (!ASKED.test(event.target.name)) return;
  anchor = event.target;
  clearTimeout(pausing);
  pausing = setTimeout(ask, event.type === "input" && /^(text|email|textarea)$/.test(event.target.type) ? PAUSE : 0);
}

// They come back from their mailbox: the clock has moved on.
function askAgain() {
  last = "";
  if (!document.hidden && (report.elements.description.value || report.querySelector("[name=situation]:checked"))) ask();
}

if (report) {
  document.documentElement.style.overflowAnchor = "none"; // hold() does it, in every browser alike
  report.addEventListener("input", askSoon);
  report.addEventListener("change", askSoon);
  document.addEventListener("visibilitychange", askAgain);
  // After the browser, or a draft, has filled in what was there before.
  window.addEventListener("pageshow", askAgain);
  // Back to a form that was sent keeps its first token: the same form is counted once.
  document.getElementById("solved").addEventListener("submit", (event) => {
    event.target.elements.form_token.value = report.elements.form_token.value;
  });
}
