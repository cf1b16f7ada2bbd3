// A bulk change: choosing by its select, and the progress of the work.

// Who chooses an agent or a category means the kind beside it.
for (const select of document.querySelectorAll(".bulk__with select")) {
  select.addEventListener("change", () => {
    select.closest(".bulk__kind").querySelector("input[type=radio]").checked = true;
  });
}

const work = document.querySelector("[data-progress]");
if (work) {
  const bar = work.querySelector("progress");
  let pause = 700; // milliseconds

  const show = (figures) => {
    bar.max = figures.total || 1;
    bar.value = figures.seen;
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
