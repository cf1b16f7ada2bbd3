// Keeps what is typed into the reply box: on the server while it can be reached, in this window until then.

document.querySelectorAll("[data-draft]").forEach((draft) => {
  const PAUSE = 1500; // ms without a key, then it is saved
  const RETRY = 15_000; // ms
  const form = draft.closest("form");
  const area = form.querySelector("textarea[name=body]");
  const { page, base } = form.elements;
  const slot = `draft:${draft.dataset.slot}`;
  const renewal = document.querySelector("[data-presence]").dataset.presence;
  const trouble = draft.querySelector("[data-draft-trouble]");

  let timer = 0;
  let underWay = 0;
  let lastSent = null;
  let isSending = false;
  let isUnsaved = false;
  let onServer = ""; // what the server is known to keep

  const isNote = () => form.querySelector("[name=mode][value=note]:checked") !== null;
  const typed = () => ({ body: area.value, isNote: isNote() });
  const spelt = ({ body, isNote }) => (body.trim() ? `${isNote} ${body}` : "");

  // In this window: written at every key, gone once the server has it.

  const remember = () => {
    try {
      sessionStorage.setItem(slot, JSON.stringify({ ...typed(), page: page.value, base: base.value }));
    } catch {
      // Switched off or full: the server keeps it alone.
    }
  };
  const forget = () => {
    try {
      sessionStorage.removeItem(slot);
    } catch {
      // Nothing was remembered.
    }
  };
  const remembered = () => {
    try {
      return JSON.parse(sessionStorage.getItem(slot));
    } catch {
      return null;
    }
  };

  // What the page says of it.

  const complain = (text, ...extras) => {
    if (trouble.firstChild?.textContent === text) return;
    const words = document.createElement("span");
    words.textContent = text;
    trouble.replaceChildren(...(text ? [words, ...extras] : []));
  };
  const say = (text) => {
    draft.querySelector("[data-draft-state]").textContent = text;
  };
  const mergeButton = (body, then) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small";
    button.textContent = draft.dataset.merge;
    button.addEventListener("click", () => {
      complain("");
      then();
      fill([area.value.trimEnd(), body].filter(Boolean).join("\n\n"));
      area.focus();
    });
    return button;
  };
  const signInLink = () => draft.querySelector("[data-sign-in]").content.cloneNode(true);

  const fill = (body) => {
    area.value = body;
    // Whoever else watches the box must hear of it too.
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const turnTo = (mode) => {
    const choice = form.querySelector(`[name=mode][value=${mode}]`);
    if (!choice || choice.checked) return;
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // On the server: one save after the other, the last one always of the newest text.

  const save = async ({ keepalive = false } = {}) => {
    clearTimeout(timer);
    const text = typed();
    if (isSending || spelt(text) === onServer) return;
    // It looks again when it is through; a page that is being left has no time for that.
    if (underWay && (!keepalive || lastSent === spelt(text))) return;
    underWay += 1;
    lastSent = spelt(text);
    const fields = { body: text.body, page: page.value, base: base.value, ...(text.isNote ? { is_note: 1 } : {}) };
    try {
      const { state, data } = await deskPost.send(draft.dataset.draft, fields, { keepalive, renewal });
      take(state, data, text);
    } catch {
      fail(draft.dataset.unsaved);
    } finally {
      underWay -= 1;
    }
  };

  const take = (state, data, text) => {
    if (state === "signed_out") return fail(draft.dataset.signedOut, signInLink());
    if (state === "forbidden") return fail(draft.dataset.forbidden);
    if (state === "refused") return refuse(data, text);
    isUnsaved = false;
    onServer = spelt(text);
    complain("");
    say(data.said);
    if (spelt(typed()) === onServer) return forget();
    timer = setTimeout(save, PAUSE);
  };

  const fail = (text, ...extras) => {
    isUnsaved = true;
    say("");
    complain(text, ...extras);
    clearTimeout(timer);
    timer = setTimeout(save, RETRY);
  };

  const refuse = ({ code, said, page: newer, body }, text) => {
    say("");
    if (code === "newer") return complain(said, mergeButton(body, () => { base.value = newer; }));
    if (code === "sent") onServer = spelt(text); // from this page there is nothing more to keep
    complain(said);
  };

  // What was typed before this page was built.

  const restore = () => {
    if (!("refused" in draft.dataset)) onServer = spelt({ body: area.defaultValue, isNote: isNote() });
    const mine = remembered();
    if (!mine || mine.page === draft.dataset.sent || spelt(mine) === spelt(typed())) return forget();
    const isNewest = !onServer || [mine.page, mine.base].includes(base.value);
    if (isNewest && !("refused" in draft.dataset)) {
      turnTo(mine.isNote ? "note" : "reply");
      fill(mine.body);
      complain(draft.dataset.restored);
    } else {
      complain(draft.dataset.other, mergeButton(mine.body, () => {}));
    }
  };

  area.addEventListener("input", () => {
    isSending = false;
    remember();
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("change", () => save());
  area.addEventListener("blur", () => save());
  window.addEventListener("online", () => save());
  window.addEventListener("focus", () => { if (isUnsaved) save(); });
  document.addEventListener("visibilitychange", () => {
    save({ keepalive: document.visibilityState === "hidden" });
  });
  window.addEventListener("pagehide", () => save({ keepalive: true }));
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved && !isSending && spelt(typed()) !== onServer) event.preventDefault();
  });

  // On the window: after every other listener has had its say.
  window.addEventListener("submit", (event) => {
    if (event.target !== form || event.defaultPrevented || event.submitter?.name !== "action") return;
    remember();
    isSending = true;
  });
  window.addEventListener("pageshow", (event) => {
    // Back on a page that has sent its text: as it is now, it knows nothing of that.
    if (event.persisted && isSending) location.reload();
  });

  // Thrown away at once, and brought back as fast.
  const notice = draft.querySelector("[data-draft-notice]");
  const gone = draft.querySelector("[data-draft-gone]");
  let thrownAway = "";
  const swap = (isGone) => {
    notice.hidden = isGone;
    gone.hidden = !isGone;
    (isGone ? gone : notice).querySelector("button").focus();
  };
  notice?.querySelector("[data-discard]").addEventListener("click", (event) => {
    event.preventDefault();
    thrownAway = area.value;
    fill("");
    save();
    swap(true);
  });
  gone?.querySelector("[data-undo]").addEventListener("click", () => {
    fill(thrownAway);
    save();
    swap(false);
  });

  restore();
  if ("refused" in draft.dataset) area.dispatchEvent(new Event("input", { bubbles: true }));
});
