// A page that our short break came in the way of: looks whether it is over, and loads itself then.

const waiting = document.querySelector("[data-retry]");

async function lookAgain(pause) {
  try {
    const { ok } = await fetch(location.href, { method: "HEAD" });
    if (ok) {
      location.reload();
      return;
    }
  } catch {
    // Offline: the same answer, later.
  }
  setTimeout(lookAgain, pause, Math.min(pause * 1.5, 300000));
}

if (waiting) {
  const first = waiting.dataset.retry * 1000;
  setTimeout(lookAgain, first, first * 1.5);
}
