// Says that this ticket is open here, and shows who else has it open and what has changed.

document.querySelectorAll("[data-presence]").forEach((head) => {
  const { presence: url, seconds, seen, status, assignee } = head.dataset;
  const TYPING = 120_000; // ms after the last key that somebody still counts as writing
  const area = document.getElementById("reply-body");
  let typedAt = -Infinity;
  let timer = 0;

  const isNote = () => area.form.querySelector("[name=mode][value=note]:checked") !== null;
  const isWriting = () =>
    performance.now() - typedAt < TYPING && area.value.trim() !== "" && !isNote();

  const poll = async () => {
    clearTimeout(timer);
    timer = setTimeout(poll, seconds * 1000);
    const fields = { seen, status, assignee, ...(isWriting() ? { writing: 1 } : {}) };
    try {
      const { data } = await deskPost.send(url, fields, { renewal: url });
      if (data) show(data);
    } catch {
      // Offline: what is on the page stays there, and the next poll is soon.
    }
  };

  const show = (data) => {
    for (const place of document.querySelectorAll("[data-here]")) {
      const fresh = document.createElement("template");
      fresh.innerHTML = data[place.dataset.here];
      // Written only when it says something else, or it would be read aloud every time.
      if (fresh.innerHTML.trim() !== place.innerHTML.trim()) place.replaceChildren(...fresh.content.childNodes);
    }
  };

  area?.addEventListener("input", () => {
    const hasBegun = !isWriting();
    typedAt = performance.now();
    if (hasBegun) poll();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") poll();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) poll();
  });
  window.addEventListener("pagehide", () => {
    clearTimeout(timer);
    deskPost.send(url, { leaving: 1 }, { keepalive: true }).catch(() => {});
  });
  poll();
});
