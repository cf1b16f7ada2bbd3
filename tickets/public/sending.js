// Sends a form without leaving the page: progress, a way to stop, and nothing lost when it fails.

const PAUSES = [5, 15, 30, 60, 120]; // s before each try of its own; then only by hand
const LONGEST = 300; // s; who has to wait longer has left the page
const SILENCE = 60000; // ms without a byte in either direction

const form = document.getElementById("report");
const source = document.getElementById("sending");
const words = source?.dataset;
let panel;
let button; // the one that was pressed
let request;
let isSending = false;
let run = 0; // grows with every start
let tries = 0;
let retry = 0; // timer
let silence = 0; // timer
let isWaiting = false; // for a connection, or for the next try

const part = (name) => panel.querySelector(`[data-${name}]`);
const say = (text) => { part("said").textContent = text; };

function askBeforeLeaving(event) {
  event.preventDefault();
  event.returnValue = ""; // what older browsers ask for
}

function setSending(is) {
  isSending = is;
  const label = button.lastChild;
  button.dataset.words ??= label.textContent;
  label.textContent = is ? form.dataset.sending : button.dataset.words;
  if (is) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
  // What is under way cannot be changed any more, and must not seem so.
  for (const child of form.children) if (child !== panel) child.inert = is;
  if (is) window.addEventListener("beforeunload", askBeforeLeaving);
  else window.removeEventListener("beforeunload", askBeforeLeaving);
}

function show(name) {
  part("going").hidden = name !== "going";
  part("failed").hidden = name !== "failed";
}

function showProgress(share) {
  const percent = Math.floor(share * 100);
  const bar = panel.querySelector("progress");
  if (bar.value < 50 && percent >= 50 && percent < 100) say(words.half);
  if (bar.value < 100 && percent === 100) say(words.answer);
  bar.value = percent;
  part("percent").textContent = percent < 100 ? `${percent} %` : "";
  part("step").textContent = percent < 100 ? words.start : words.answer;
}

function stopWaiting() {
  clearInterval(retry);
  isWaiting = false;
}

function listenForSilence() {
  clearTimeout(silence);
  silence = setTimeout(() => { request.abort(); fail(words.cut); }, SILENCE);
}

async function send() {
  stopWaiting();
  setSending(true);
  show("going");
  panel.querySelector("progress").value = 0;
  showProgress(0);
  say(words.start);
  panel.focus();
  const mine = ++run;
  const waits = [];
  form.dispatchEvent(new CustomEvent("kaya:send", { detail: { waits } }));
  await Promise.all(waits);
  // Stopped, and perhaps started again, while pictures were made smaller.
  if (isSending && mine === run) transmit();
}

function transmit() {
  request = new XMLHttpRequest();
  // Not form.action: a field may be called so.
  request.open("POST", form.getAttribute("action") ?? location.href);
  request.setRequestHeader("X-Sent-By", "script");
  request.upload.onprogress = ({ loaded, total }) => {
    listenForSilence();
    if (total) showProgress(loaded / total);
  };
  request.onload = () => answered(request);
  request.onerror = () => fail(navigator.onLine ? words.cut : words.offline);
  listenForSilence();
  const body = new FormData(form);
  if (button.name) body.append(button.name, button.value);
  request.send(body);
}

function answered({ status, responseText }) {
  clearTimeout(silence);
  if (status === 201) return leave(request.getResponseHeader("Location"));
  if (status >= 500) return fail(words.away, Number(request.getResponseHeader("Retry-After")) || 0);
  setSending(false);
  show("");
  say("");
  const detail = { page: new DOMParser().parseFromString(responseText, "text/html"), isShown: false };
  form.dispatchEvent(new CustomEvent("kaya:answer", { detail }));
  if (!detail.isShown) refuse(detail.page);
}

function leave(address) {
  window.removeEventListener("beforeunload", askBeforeLeaving);
  part("step").textContent = words.sent;
  say(words.sent);
  document.dispatchEvent(new CustomEvent("kaya:sent"));
  location.assign(address);
}

// A page without our form: what it says is shown here, with the text still in its place.
function refuse(page) {
  const said = [...page.querySelectorAll("main p")].map((line) => line.textContent.trim()).filter(Boolean);
  tell(page.querySelector("main h1")?.textContent.trim() || words.refused, [part("text").dataset.kept, ...said].join(" "), "");
}

function fail(title, patience = 0) {
  clearTimeout(silence);
  setSending(false);
  tell(title, part("text").dataset.kept, "");
  const seconds = Math.max(PAUSES[tries] ?? Infinity, patience);
  if (!navigator.onLine) {
    waitForConnection();
  } else if (seconds > LONGEST) {
    part("next").textContent = words.hand;
  } else {
    tries += 1;
    countDown(seconds);
  }
  panel.scrollIntoView({ block: "nearest" });
  say([title, part("text").textContent, part("next").textContent].join(" "));
}

function tell(title, text, next) {
  part("title").textContent = title;
  part("text").textContent = text;
  part("next").textContent = next;
  show("failed");
}

function waitForConnection() {
  isWaiting = true;
  part("next").textContent = words.online;
}

function countDown(seconds) {
  isWaiting = true;
  const until = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    part("next").textContent = words.again.replace("{seconds}", Math.max(left, 0));
    if (left <= 0) send();
  };
  tick();
  retry = setInterval(tick, 1000);
}

// Who writes on, or covers a code, is not done yet: then nothing goes out by itself.
function leaveToHand() {
  if (!isWaiting) return;
  stopWaiting();
  part("next").textContent = words.hand;
  say(words.hand);
}

function stop() {
  request?.abort();
  clearTimeout(silence);
  setSending(false);
  tell(words.stopped, part("text").dataset.kept, "");
  say(words.stopped);
  button.focus();
}

function start(event) {
  // A button with an address of its own leads elsewhere.
  if (event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  if (isSending) return;
  button = event.submitter ?? form.querySelector("button:not([type=button])");
  tries = 0;
  send();
}

function begin() {
  panel = source.content.firstElementChild.cloneNode(true);
  form.append(panel);
  form.addEventListener("submit", start);
  part("stop").addEventListener("click", stop);
  part("retry").addEventListener("click", () => { tries = 0; send(); });
  window.addEventListener("online", () => { if (isWaiting) send(); });
  window.addEventListener("offline", () => {
    if (!isWaiting) return;
    stopWaiting();
    waitForConnection();
  });
  for (const kind of ["input", "kaya:pictures"]) form.addEventListener(kind, leaveToHand);
  document.addEventListener("kaya:cover", leaveToHand);
  // Back from the browser's memory: the page is as it was left, in the middle of sending.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || !isSending) return;
    setSending(false);
    show("");
  });
}

if (form && source) begin();
