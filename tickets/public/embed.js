// Inside a frame: tells the page around how high this one is, and only a page that may have it here.

const parents = document.body.dataset.parents?.split(" ") ?? [];

function tellSize(around, origin) {
  let told = 0;
  const tell = () => {
    const height = document.body.getBoundingClientRect().height;
    if (height === told) return;
    around.postMessage({ kayasupport: "size", height, isNew: !told }, origin);
    told = height;
  };
  new ResizeObserver(tell).observe(document.body);
  tell();
}

if (parents.length && window.parent !== window) {
  let greeted = false;
  window.addEventListener("message", ({ data, origin, source }) => {
    if (greeted || source !== window.parent || data?.kayasupport !== "hello" || !parents.includes(origin)) return;
    greeted = true;
    tellSize(source, origin);
  });
  // Browsers ignore autofocus in a frame of another site; after sending, focus is ours to place.
  document.querySelector("#errors, #notice, [data-sent]")?.focus();
}
