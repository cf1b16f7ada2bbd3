// A screenshot opens above the ticket instead of leaving it; the others are an arrow key away.

(() => {
  const zoom = document.getElementById("zoom");
  const links = [...document.querySelectorAll("[data-zoom]")];
  if (!zoom?.showModal || !links.length) return;

  const image = zoom.querySelector("img");
  const view = zoom.querySelector(".zoom__view");
  const title = zoom.querySelector(".zoom__title");
  const words = zoom.querySelector(".zoom__words");
  const size = zoom.querySelector("[data-zoom-size]");
  const steps = [...zoom.querySelectorAll("[data-zoom-step]")];
  let at = 0;

  function show(index) {
    at = (index + links.length) % links.length;
    const link = links[at];
    image.src = link.href;
    image.alt = link.dataset.zoomAlt;
    title.textContent = link.dataset.zoomTitle;
    zoom.querySelector("svg")?.remove();
    const marks = link.querySelector("svg");
    if (marks) image.after(marks.cloneNode(true));
    words.replaceChildren(...said(link.closest("li")));
    view.scrollTo(0, 0);
  }

  // The known error texts on it, or else all that could be read.
  function said(shot) {
    const findings = [...shot.querySelectorAll(".shot__finding")].map((each) => each.cloneNode(true));
    if (findings.length) return findings;
    const line = document.createElement("p");
    line.textContent = [...shot.querySelectorAll(".shot__text li")].map((each) => each.textContent).join(" · ");
    return [line];
  }

  function resize(isActual) {
    zoom.classList.toggle("zoom--actual", isActual);
    size.setAttribute("aria-pressed", String(isActual));
  }

  links.forEach((link, index) => {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      resize(false);
      show(index);
      zoom.showModal();
    });
  });
  for (const button of steps) {
    button.hidden = links.length < 2;
    button.addEventListener("click", () => show(at + Number(button.dataset.zoomStep)));
  }
  size.addEventListener("click", () => resize(!zoom.classList.contains("zoom--actual")));
  zoom.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    // In a picture larger than its frame the arrows move the picture.
    const moves = event.target === view && view.scrollWidth > view.clientWidth;
    if (!by || links.length < 2 || moves || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    show(at + by);
  });
})();
