// The queue tells of news by itself; rows never move under the pointer.

const EVERY = 30_000; // ms
const SLOWEST = 300_000;

const place = document.querySelector("[data-news]");
if (place) {
  const bar = place.querySelector("a");
  const title = document.title;
  let pause = EVERY;
  let timer = 0;

  async function look() {
    try {
      const answer = await fetch(place.dataset.news, { headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.status === 403) return; // signed out, or the right is gone
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
      pause = EVERY;
    } catch {
      pause = Math.min(2 * pause, SLOWEST);
    }
    wait();
  }

  function show({ count, text }) {
    if (bar.textContent === text) return;
    // Empty before: a region that is filled is read out, one that appears with its words is not.
    bar.textContent = count ? text : "";
    bar.hidden = !count;
    document.title = count ? `(${count}) ${title}` : title;
  }

  function wait() {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look, pause);
  }

  // In a hidden tab nothing is asked; who comes back to it is told at once.
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden) look();
  });
  wait();
}

// A menu closes when another opens.
for (const menu of document.querySelectorAll(".bar details.menu")) {
  menu.addEventListener("toggle", () => {
    if (!menu.open) return;
    for (const other of document.querySelectorAll(".bar details.menu[open]")) if (other !== menu) other.open = false;
  });
}
