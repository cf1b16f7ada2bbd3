// Puts the form of KayaSupport where this script stands. See docs/embedding.md.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script) return;
  const { bahasa, isi, judul } = script.dataset;
  const home = new URL(script.src).origin;
  const language = bahasa || (document.documentElement.lang.startsWith("en") ? "en" : "id");
  const address = new URL("/sematan/", home);
  address.searchParams.set("bahasa", language);
  if (isi) address.searchParams.set("isi", isi);

  const frame = document.createElement("iframe");
  frame.title = judul || (language === "en" ? "Contact form" : "Formulir Hubungi Kami");
  frame.lang = language;
  frame.loading = "lazy";
  frame.allow = "clipboard-write";
  frame.src = address;
  Object.assign(frame.style, { display: "block", width: "100%", height: "1200px", border: "0" });

  // Each page in the frame is greeted once, so that it knows to whom it may tell its height.
  frame.addEventListener("load", () => frame.contentWindow.postMessage({ kayasupport: "hello" }, home));
  let pages = 0;
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== home || source !== frame.contentWindow || data?.kayasupport !== "size") return;
    if (!(data.height > 0 && data.height < 30000)) return;
    frame.style.height = `${Math.ceil(data.height)}px`;
    // A new page begins at its top, which may be above what the visitor sees.
    if (data.isNew && pages++ && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });
  script.after(frame);
  // A page that knows no dark scheme is a light one, and so is what stands in it.
  const isLight = getComputedStyle(frame).colorScheme === "normal" && !document.querySelector("meta[name=color-scheme]");
  if (isLight) frame.style.colorScheme = "light";
})();
