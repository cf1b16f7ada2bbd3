// Comforts of the forms that take a report; everything works without them.

const ZONES = { "Asia/Makassar": "Asia/Makassar", "Asia/Ujung_Pandang": "Asia/Makassar", "Asia/Jayapura": "Asia/Jayapura" };

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

const form = document.getElementById("report");
if (form?.hasAttribute("data-fresh")) {
  keepToken(form.elements.form_token);
  // A clock time that the platform has filled in is of the zone that came with it.
  if (!form.elements.signup_hour.value) guessZone(form.elements.signup_zone);
  nameDevice(form.elements.device).catch(() => {});
}
