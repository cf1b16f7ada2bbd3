// What the desk's pages send by themselves. A plain script, loaded before those that use it: the
// names of static files carry a hash, which imports between modules would not know.

const deskPost = {
  // Sends the fields; resolves to { state, data } with the state "done", "refused", "signed_out" or
  // "forbidden". Rejects when nobody answers.
  async send(url, fields, { keepalive = false, renewal = "" } = {}) {
    const answer = await deskPost.fetch(url, fields, keepalive);
    if (answer.status !== 403 || !renewal) return deskPost.read(answer);
    // A right is missing, the session has ended, or a new sign-in elsewhere has replaced this page's token.
    const asked = await deskPost.read(await fetch(renewal, { redirect: "manual" }));
    if (asked.state !== "done") return asked;
    deskPost.renewToken(asked.data.token);
    return deskPost.read(await deskPost.fetch(url, fields, keepalive));
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

  renewToken(token) {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  },
};
