// The status page: brings itself up to date, and copies the number.

const FIRST = 400; // ms, while triage is at work
const LATER = 2000; // ms, once it has answered
const LONGEST = 15000; // ms
const OVER = ["closed", "merged"];

const live = document.getElementById("live");
const announce = document.getElementById("announce");
const stateOf = (root) => root.querySelector("[data-state]")?.dataset.state;

let pause = stateOf(live) === "new" ? FIRST : LATER;
let timer = 0;

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

async function look() {
  try {
    const answer = await fetch(live.dataset.url, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const fresh = document.createElement("template");
      fresh.innerHTML = await answer.text();
      if (stateOf(fresh.content) && fresh.innerHTML !== live.innerHTML) swap(fresh);
    }
  } catch {
    // Offline: the next try is later, and what is on the page stays there.
  }
  pause = Math.min(pause * 1.4, LONGEST);
  wait();
}

function wait() {
  clearTimeout(timer);
  if (!document.hidden && !OVER.includes(stateOf(live))) timer = setTimeout(look, pause);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) pause = FIRST;
  wait();
});
wait();

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
