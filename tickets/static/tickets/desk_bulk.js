// Many tickets at once: ticking in the queue, choosing what to do, and the progress of the work.

const bar = document.getElementById("bulk");
if (bar) {
  const ticks = [...document.querySelectorAll('input[form="bulk"]')];
  const all = document.querySelector("[data-tick-all]");
  const untick = bar.querySelector("[data-untick]");
  let last = null;

  const show = () => {
    const ticked = ticks.filter((tick) => tick.checked).length;
    bar.querySelector("[data-ticked]").textContent = ticked;
    bar.hidden = ticked === 0;
    all.checked = ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
  };

  bar.classList.add("bulk-bar--is-script");
  all.closest("label").hidden = untick.hidden = false;
  all.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = all.checked;
    show();
  });
  for (const tick of ticks) {
    // With Shift, everything from the tick before to this one.
    tick.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
        for (const between of ticks.slice(from, to + 1)) between.checked = tick.checked;
      }
      last = tick;
      show();
    });
  }
  bar.addEventListener("reset", () => setTimeout(show));
  // A browser may bring ticks back with the page.
  addEventListener("pageshow", show);
  show();
}

// Who chooses an agent or a category means the kind beside it.
for (const select of document.querySelectorAll(".bulk__with select")) {
  select.addEventListener("change", () => {
    select.closest(".bulk__kind").querySelector("input[type=radio]").checked = true;
  });
}

const work = document.querySelector("[data-progress]");
if (work) {
  const meter = work.querySelector("progress");
  let pause = 700; // milliseconds

  const show = (figures) => {
    meter.max = figures.total || 1;
    meter.value = figures.seen;
    for (const place of work.querySelectorAll("[data-figure]")) {
      place.textContent = figures[place.dataset.figure];
    }
  };

  const look = async () => {
    try {
      const answer = await fetch(work.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const figures = await answer.json();
      show(figures);
      // The page knows more than the figures: reasons, what can be undone.
      if (!figures.at_work) return location.reload();
      pause = Math.min(pause * 1.2, 3000);
    } catch {
      pause = Math.min(pause * 2, 15000);
    }
    setTimeout(look, pause);
  };
  setTimeout(look, pause);
}
