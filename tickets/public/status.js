// The status page brings itself up to date.

const FIRST = 400; // ms, while triage is at work
const LATER = 2000; // ms, once it has answered
const LONGEST = 30000; // ms
const PATIENCE = 20000; // ms, for one answer

const live = document.getElementById("live");
const announce = document.getElementById("announce");
const cut = document.querySelector("#connection p");
const stateOf = (root) => root.querySelector("[data-state]")?.dataset.state;

let pause = FIRST;
let timer = 0;
let version = "";

function swap(fresh) {
  const before = stateOf(live);
  const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...live.querySelectorAll("details")].map((item) => item.open);
  live.replaceChildren(...fresh.content.childNodes);
  live.querySelectorAll("details").forEach((item, index) => { item.open = Boolean(open[index]); });
  if (focused) document.getElementById(focused)?.focus();
  if (stateOf(live) !== before || !announce.textContent) {
    const titles = [...live.querySelectorAll("#state-title, #answer-title")];
    announce.textContent = titles.map((title) => title.textContent.trim()).join("\n");
  }
  pause = stateOf(live) === "new" ? FIRST : LATER;
}

async function take(answer) {
  const fresh = document.createElement("template");
  fresh.innerHTML = await answer.text();
  if (!stateOf(fresh.content)) return;
  version = answer.headers.get("ETag") ?? "";
  if (fresh.innerHTML !== live.innerHTML) swap(fresh);
}

async function look() {
  let rest = 0;
  try {
    const headers = version ? { "If-None-Match": version } : {};
    const answer = await fetch(live.dataset.url, { headers, signal: AbortSignal.timeout?.(PATIENCE) });
    cut.hidden = true;
    if (answer.ok) await take(answer);
    else rest = 1000 * (Number(answer.headers.get("Retry-After")) || 0);
  } catch {
    // The next try is later, and what is on the page stays there.
    cut.hidden = false;
  }
  pause = Math.min(pause * 1.4, LONGEST);
  wait(rest);
}

function wait(rest = 0) {
  clearTimeout(timer);
  if (!document.hidden && !live.querySelector("[data-over]")) timer = setTimeout(look, Math.max(pause, rest));
}

function lookSoon() {
  pause = FIRST;
  wait();
}

if (live) {
  pause = stateOf(live) === "new" ? FIRST : LATER;
  document.addEventListener("visibilitychange", lookSoon);
  window.addEventListener("online", lookSoon);
  window.addEventListener("offline", () => { cut.hidden = false; });
  // Paper opens nothing.
  window.addEventListener("beforeprint", () => {
    live.querySelectorAll("details").forEach((item) => { item.open = true; });
  });
  wait();
}
