// Comforts of the forms that take a report; everything works without them.

const MIB = 1024 * 1024;
const ZONES = { "Asia/Makassar": "Asia/Makassar", "Asia/Ujung_Pandang": "Asia/Makassar", "Asia/Jayapura": "Asia/Jayapura" };

function sendOnce(form) {
  const button = form.querySelector("button");
  const label = button.lastChild;
  const words = label.textContent;
  let sending = false;
  form.addEventListener("submit", (event) => {
    if (sending) {
      event.preventDefault();
      return;
    }
    sending = true;
    button.setAttribute("aria-disabled", "true");
    label.textContent = form.dataset.sending;
  });
  // Back from the browser's memory: the page is as it was left, in the middle of sending.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sending = false;
    button.removeAttribute("aria-disabled");
    label.textContent = words;
  });
}

function complaint(box, files) {
  if (files.length > 5) return box.dataset.many;
  const large = files.find((file) => file.size > 10 * MIB);
  if (large) return box.dataset.large.replace("{name}", () => large.name);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  return total > 25 * MIB ? box.dataset.total : "";
}

function showChosen(box) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector("[data-chosen]");
  const said = box.querySelector("[data-complaint]");
  const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const show = () => {
    const files = [...input.files];
    list.replaceChildren(...files.map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} (${size.format(Math.max(file.size / MIB, 0.1))} MB)`;
      return line;
    }));
    list.hidden = !files.length;
    said.textContent = complaint(box, files);
    said.hidden = !said.textContent;
  };
  input.addEventListener("change", show);
  show();
  // Megabytes over a slow line, only to be refused: say it before they leave.
  input.form.addEventListener("submit", (event) => {
    if (!complaint(box, [...input.files])) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    input.focus();
  });
}

function guessZone(select) {
  const zone = ZONES[Intl.DateTimeFormat().resolvedOptions().timeZone];
  if (zone) select.value = zone;
}

// Back to a form that was sent: the browser brings the text back and the server a new token.
// With the old one, the same text sent again is the same report.
function keepToken(input) {
  const [visit] = performance.getEntriesByType("navigation");
  const kept = history.state?.formToken;
  if (kept && visit?.type === "back_forward") input.value = kept;
  else history.replaceState({ formToken: input.value }, "");
}

// Chrome tells the server "Android 10; K" for every phone, and the truth only when asked.
async function nameDevice(input) {
  const agent = navigator.userAgentData;
  if (!agent?.getHighEntropyValues) return;
  const before = input.value;
  const { model, platform, platformVersion } = await agent.getHighEntropyValues(["model", "platformVersion"]);
  if (platform !== "Android" || input.value !== before) return;
  const browser = before.split(", ").pop();
  const system = `Android ${platformVersion.split(".")[0]}`.trim();
  input.value = [model, system, browser].filter(Boolean).join(", ").slice(0, 120);
}

for (const box of document.querySelectorAll("[data-screenshots]")) showChosen(box);
const form = document.getElementById("report");
if (form) {
  sendOnce(form);
  if (form.hasAttribute("data-fresh")) {
    keepToken(form.elements.form_token);
    guessZone(form.elements.signup_zone);
    nameDevice(form.elements.device).catch(() => {});
  }
}
