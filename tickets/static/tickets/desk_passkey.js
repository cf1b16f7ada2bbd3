// Passkeys: asks the browser for one and sends it with the form.

const toBytes = (text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/")),
  (character) => character.charCodeAt(0),
);

const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// The server speaks JSON, the browser bytes (WebAuthn Level 3, 5.1.8 to 5.1.10).
const withBytes = (list) => (list ?? []).map((each) => ({ ...each, id: toBytes(each.id) }));

function forBrowser({ publicKey }) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) options.excludeCredentials = withBytes(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = withBytes(options.allowCredentials);
  return { publicKey: options };
}

function forServer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment,
  };
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const given = JSON.parse(document.getElementById("passkey-options").textContent);
  const field = form.querySelector("[data-passkey-credential]");
  const trouble = form.querySelector("[data-passkey-trouble]");
  const button = form.querySelector("[data-passkey-button]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    button.disabled = true;
    try {
      const credential = form.dataset.passkey === "add"
        ? await navigator.credentials.create(forBrowser(given.creation_options))
        : await navigator.credentials.get(forBrowser(given.request_options));
      field.value = JSON.stringify(forServer(credential));
      form.submit(); // not requestSubmit: that would come back here
    } catch {
      // Refused, timed out, or not possible in this browser: the reason is not told to pages.
      trouble.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}
