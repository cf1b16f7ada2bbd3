// What the desk's pages send by themselves. A plain script, loaded before those that use it: the
// names of static files carry a hash, which imports between modules would not know.

const deskPost = {
  // Sends the fields; resolves to { state, data } with the state "done", "refused", "signed_out" or
  // "forbidden". Rejects when nobody answers.
  async send(url, fields, { keepalive = false, renewal = "" } = {}) {
    const answer = await deskPost.fetch(url, fields, keepalive);
    // A new sign-in in another window has replaced the token of this page.
    if (answer.status === 403 && renewal && await deskPost.renewToken(renewal)) {
      return deskPost.read(await deskPost.fetch(url, fields, keepalive));
    }
    return deskPost.read(answer);
  },

  fetch(url, fields, keepalive) {
    const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: deskPost.token() });
    // A redirect leads to the sign-in, which would answer 200.
    return fetch(url, { method: "POST", body, keepalive, redirect: "manual" });
  },

  async read(answer) {
    if (answer.type === "opaqueredirect") return { state: "signed_out" };
    if (answer.status === 403) return { state: "forbidden" };
    if (answer.status === 409) return { state: "refused", data: await answer.json() };
    if (!answer.ok) throw new Error(`${answer.status}`);
    return { state: "done", data: answer.status === 204 ? {} : await answer.json() };
  },

  token: () => document.querySelector("[name=csrfmiddlewaretoken]").value,

  async renewToken(url) {
    const answer = await fetch(url, { redirect: "manual" });
    if (!answer.ok) return false;
    const { token } = await answer.json();
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    return true;
  },
};
