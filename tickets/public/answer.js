// Puts the server's answer to a form onto the open page, which keeps what was typed and chosen.

const STATES = ["aria-invalid", "aria-describedby"];

const form = document.getElementById("report");

function nameIn(part) {
  return part.name || part.querySelector("[name]")?.name;
}

// What has an id is known by it alone: a script may have filled it meanwhile.
function isTwin(one, other) {
  if (one.localName !== other.localName || one.id !== other.id) return false;
  return Boolean(one.id) || (one.classList[0] === other.classList[0] && nameIn(one) === nameIn(other));
}

function setState(live, fresh) {
  live.classList.toggle("field--wrong", fresh.classList.contains("field--wrong"));
  if (live.type === "hidden") live.value = fresh.value;
  if (!live.matches("[name], fieldset")) return;
  for (const name of STATES) {
    if (fresh.hasAttribute(name)) live.setAttribute(name, fresh.getAttribute(name));
    else live.removeAttribute(name);
  }
}

// Both were made by one template. What only the answer has is added; what only the page has
// (a picture's card, a hint) was made by a script, and stays.
function graft(live, fresh) {
  setState(live, fresh);
  let next = live.firstElementChild;
  for (const part of fresh.children) {
    let twin = next;
    while (twin && !isTwin(twin, part)) twin = twin.nextElementSibling;
    if (twin) {
      graft(twin, part);
      next = twin.nextElementSibling;
    } else {
      live.insertBefore(document.importNode(part, true), next).dataset.answered = "";
    }
  }
}

function renewTokens(fresh) {
  const { csrfmiddlewaretoken: check, form_token: token } = fresh.elements;
  if (check) for (const input of document.getElementsByName(check.name)) input.value = check.value;
  if (token) history.replaceState({ ...history.state, formToken: token.value }, "");
}

function put(page) {
  const fresh = page.getElementById("report");
  const heads = page.querySelectorAll("#notice, #errors");
  if (!fresh || !heads.length) return false;
  for (const old of document.querySelectorAll("#notice, #errors, #report .field__error[id], [data-answered]")) old.remove();
  for (const lost of page.querySelectorAll("[data-lost]")) lost.remove(); // not lost here
  graft(form, fresh);
  renewTokens(fresh);
  for (const head of heads) form.before(document.importNode(head, true));
  document.title = page.title;
  (document.getElementById("errors") ?? document.getElementById("notice")).focus();
  return true;
}

form?.addEventListener("kaya:answer", (event) => {
  event.detail.isShown = put(event.detail.page);
});
