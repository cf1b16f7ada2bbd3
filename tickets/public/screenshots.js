// Pictures for a report: chosen, photographed, dropped or pasted into one list, shown and put in order.

const MIB = 1024 * 1024;
const LARGEST = 10 * MIB;
const TOGETHER = 25 * MIB;
const HOPELESS = 60 * MIB; // no phone makes it small enough
const KINDS = /^image\/(png|jpeg|webp|gif|hei[cf])/;
const NAMES = /\.(png|jpe?g|jfif|webp|gif|hei[cf])$/i;

const box = document.querySelector("[data-screenshots]");
const most = Number(box?.dataset.most);
const part = (name) => box.querySelector(`[data-${name}]`);
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const fill = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key]);
const isOf = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const input = box?.querySelector("input[type=file]");
let pictures = []; // {file, origin, card, url, isReady, ready}
let dragged;

function inWords(size) {
  return size < MIB ? `${Math.ceil(size / 1024)} KB` : `${number.format(size / MIB)} MB`;
}

function say(text) {
  part("said").textContent = text;
}

function complain(reason, name) {
  const line = document.createElement("p");
  line.textContent = fill(box.dataset[reason], { name });
  part("complaints").append(line);
}

function isSame(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

// Some Android pickers leave the ending away, and the server goes by it.
function named(file) {
  if (NAMES.test(file.name) || !KINDS.test(file.type)) return file;
  const ending = file.type.slice("image/".length).replace("jpeg", "jpg");
  return new File([file], `${file.name}.${ending}`, { type: file.type, lastModified: file.lastModified });
}

function reasonAgainst(file) {
  if (!NAMES.test(file.name)) return "kind";
  if (!file.size) return "empty";
  if (file.size > HOPELESS) return "large";
  return pictures.length >= most ? "many" : "";
}

function add(files) {
  if (box.closest("[inert]")) return; // they are on their way
  part("complaints").replaceChildren();
  for (const file of files.map(named)) {
    if (pictures.some((picture) => isSame(file, picture.file) || isSame(file, picture.origin))) continue;
    const reason = reasonAgainst(file);
    if (reason) complain(reason, file.name);
    else pictures.push(prepared({ file, origin: file, card: newCard(file) }));
  }
  show();
  if (pictures.length) say(fill(box.dataset.chosen, { count: pictures.length }));
}

// What comes back is smaller where a script could make it so; the limits are for that.
function prepared(picture) {
  picture.isReady = false;
  picture.card.classList.add("picture--preparing");
  picture.ready = new Promise((ready) => {
    const done = (file, isShown) => {
      picture.file = file;
      picture.isReady = true;
      if (pictures.includes(picture)) settle(picture, isShown);
      ready();
    };
    document.dispatchEvent(new CustomEvent("kaya:prepare", { detail: { file: picture.file, done } }));
  });
  return picture;
}

function settle(picture, isShown) {
  const total = pictures.reduce((sum, each) => sum + (each.isReady ? each.file.size : 0), 0);
  const reason = picture.file.size > LARGEST ? "large" : total > TOGETHER && "total";
  if (reason) {
    remove(picture);
    complain(reason, picture.origin.name);
  } else {
    showFile(picture, isShown);
  }
  show();
}

function newCard(file) {
  const card = part("card").content.firstElementChild.cloneNode(true);
  card.querySelector("[data-name]").textContent = file.name;
  for (const button of card.querySelectorAll("[data-label]")) {
    button.setAttribute("aria-label", fill(button.dataset.label, { name: file.name }));
  }
  const image = Object.assign(new Image(), { alt: "", draggable: false, hidden: true });
  card.querySelector(".picture__view").append(image);
  card.draggable = matchMedia("(pointer: fine)").matches;
  return card;
}

function showFile(picture, isShown) {
  const { card, file, origin } = picture;
  const image = card.querySelector("img");
  const setShown = (is) => {
    image.hidden = !is;
    card.querySelector("[data-do=cover]").hidden = !is || !window.HTMLDialogElement;
    card.querySelector("[data-unshown]").hidden = is;
    card.querySelector(".icon").toggleAttribute("hidden", is);
  };
  card.classList.remove("picture--preparing");
  card.querySelector("[data-size]").textContent =
    file.size < origin.size ? `${inWords(origin.size)} → ${inWords(file.size)}` : inWords(file.size);
  forget(picture);
  // Not even tried where making it smaller was too much: a thumbnail decodes it too.
  if (!isShown) return setShown(false);
  picture.url = URL.createObjectURL(file);
  image.onload = () => setShown(true);
  image.onerror = () => setShown(false);
  image.src = picture.url;
}

function forget(picture) {
  if (picture.url) URL.revokeObjectURL(picture.url);
  picture.url = "";
}

// The list is what the input holds: a form sent without any script of ours carries it too.
function show() {
  const held = new DataTransfer();
  for (const { file } of pictures) held.items.add(file);
  input.files = held.files;
  const list = part("list");
  const cards = pictures.map((picture) => picture.card);
  if (cards.some((card, at) => list.children[at] !== card) || list.children.length !== cards.length) list.replaceChildren(...cards);
  list.hidden = part("warning").hidden = !cards.length;
  cards.forEach((card, at) => {
    card.querySelector("[data-do=earlier]").disabled = at === 0;
    card.querySelector("[data-do=later]").disabled = at === cards.length - 1;
  });
  box.dispatchEvent(new CustomEvent("kaya:pictures", { bubbles: true }));
}

function remove(picture) {
  forget(picture);
  pictures = pictures.filter((each) => each !== picture);
}

function move(picture, to) {
  pictures.splice(pictures.indexOf(picture), 1);
  pictures.splice(to, 0, picture);
  show();
  say(fill(box.dataset.moved, { name: picture.file.name, number: to + 1 }));
}

function cover(picture) {
  const done = (file, count) => {
    picture.file = file;
    prepared(picture);
    say(fill(box.dataset.covered, { name: file.name, count }));
  };
  document.dispatchEvent(new CustomEvent("kaya:cover", { detail: { file: picture.file, done } }));
}

function press(button) {
  const at = pictures.findIndex(({ card }) => card.contains(button));
  const picture = pictures[at];
  const { do: action } = button.dataset;
  if (action === "cover") return cover(picture);
  if (action === "remove") {
    remove(picture);
    part("complaints").replaceChildren();
    show();
    say(fill(box.dataset.removed, { name: picture.file.name }));
    const next = pictures[at] ?? pictures[at - 1];
    return (next?.card.querySelector("[data-do=remove]") ?? input).focus();
  }
  move(picture, action === "earlier" ? at - 1 : at + 1);
  return (button.disabled ? picture.card.querySelector(".picture__tools [data-do]:enabled:not([data-do=cover])") : button).focus();
}

function paste(event) {
  const { files, types } = event.clipboardData;
  // A spreadsheet gives its cells as text and as a picture: where text is typed, text it is.
  if (!files.length || (event.target.closest?.("input, textarea") && types.includes("text/plain"))) return;
  event.preventDefault();
  const at = Date.now();
  add([...files].map((file, index) => {
    const name = /^image\.\w+$/.test(file.name) ? `${box.dataset.pasted} ${pictures.length + index + 1}.${file.name.split(".").pop()}` : file.name;
    return new File([file], name, { type: file.type, lastModified: at });
  }));
}

// Everywhere: beside the box the browser would open the file, and take the page with all its text away.
function drop(event) {
  if (!isOf(event)) return;
  event.preventDefault();
  part("drop").classList.toggle("drop--over", event.type === "dragover");
  if (event.type === "drop") add([...event.dataTransfer.files]);
}

function arrange(list) {
  const pictureOf = (event) => pictures.find(({ card }) => card.contains(event.target));
  list.addEventListener("dragstart", (event) => { dragged = pictureOf(event); });
  list.addEventListener("dragend", () => { dragged = undefined; });
  list.addEventListener("dragover", (event) => {
    const over = pictureOf(event);
    if (!dragged) return;
    event.preventDefault();
    if (over && over !== dragged) move(dragged, pictures.indexOf(over));
  });
}

function begin() {
  box.classList.add("field--pictures");
  for (const words of box.querySelectorAll("[data-scripted]")) words.hidden = false;
  input.addEventListener("change", () => add([...input.files]));
  takePhotos(part("camera"));
  part("list").addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) press(button);
  });
  arrange(part("list"));
  document.addEventListener("paste", paste);
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, drop);
  input.form.addEventListener("kaya:send", (event) => {
    event.detail.waits.push(...pictures.map((picture) => picture.ready));
  });
  // What a browser has kept over a reload, or on the way back.
  window.addEventListener("pageshow", () => { if (input.files.length) add([...input.files]); });
}

function takePhotos(button) {
  const camera = Object.assign(document.createElement("input"), { type: "file", accept: "image/*" });
  camera.setAttribute("capture", "environment");
  button.hidden = !matchMedia("(any-pointer: coarse)").matches;
  button.addEventListener("click", () => camera.click());
  camera.addEventListener("change", () => {
    add([...camera.files]);
    camera.value = "";
  });
}

// Old browsers let no script fill the input; they keep the plain one.
function canHold() {
  try {
    return Boolean(new DataTransfer().items);
  } catch {
    return false;
  }
}

if (box && canHold()) begin();
