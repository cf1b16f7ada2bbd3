// Asks about an address that looks misspelt, as one leaves its field: a question, never a hindrance.

const report = document.getElementById("report");
const boxes = [...document.querySelectorAll("#report [data-hint]")];
let latest = 0;

function show(box, hint) {
  const input = report.elements[box.dataset.hint];
  const words = document.createElement("p");
  words.textContent = hint.question;
  const card = document.createElement("div");
  card.className = "notice notice--amber hint__card";
  card.append(words);
  if (hint.suggestion) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small";
    button.textContent = box.dataset.use;
    button.setAttribute("aria-label", `${box.dataset.use}: ${hint.suggestion}`);
    button.addEventListener("click", () => {
      input.value = hint.suggestion;
      input.focus();
      tryToAsk();
    });
    card.append(button);
  }
  box.replaceChildren(card);
}

async function ask() {
  const mine = ++latest;
  const body = new FormData();
  for (const name of ["form_token", "contact", "reply_email"]) body.set(name, report.elements[name].value);
  const answer = await fetch(report.dataset.check, { method: "POST", body });
  // Somebody has typed on meanwhile: that is asked about next.
  if (!answer.ok || mine !== latest) return;
  const { hints } = await answer.json();
  for (const box of boxes) {
    const hint = hints.find((each) => each.field === box.dataset.hint);
    if (hint) show(box, hint);
    else box.replaceChildren();
  }
}

// Without an answer there is no question; the status page asks it again.
const tryToAsk = () => ask().catch(() => {});

for (const box of boxes) {
  const input = report.elements[box.dataset.hint];
  input.addEventListener("change", tryToAsk);
  input.addEventListener("input", () => {
    latest += 1;
    box.replaceChildren();
  });
}
// A form that came back with errors, or from the browser's memory.
if (boxes.some((box) => report.elements[box.dataset.hint].value.includes("@"))) tryToAsk();
