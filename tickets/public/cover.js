// Covers a part of a picture before it is sent: a box is drawn, and what was under it is gone.

const MOST_PIXELS = 4e6; // what an old phone can hold twice
const STEP = 0.02; // of the picture, for each press of a key
const TAP = 0.015; // a movement smaller than this placed the box, and drew none
const SMALLEST = 0.03;
const PAINT = "#3d4956";
const KEYS = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowUp: ["y", -1], ArrowDown: ["y", 1] };
const SIZES = { x: "width", y: "height" };

const dialog = document.getElementById("cover");
const part = (name) => dialog.querySelector(`[data-${name}]`);
const within = (value, least, most) => Math.min(Math.max(value, least), most);
const percent = (value) => `${Math.round(value * 100)} %`;
let job; // {file, done}
let bitmap;
let covered = []; // boxes: x, y, width, height as parts of the picture
let area;
let from;

function say(text, values) {
  part("said").textContent = text.replace(/{(\w+)}/g, (_, key) => values[key]);
}

function place(next) {
  const width = within(next.width, SMALLEST, 1);
  const height = within(next.height, SMALLEST, 1);
  area = { width, height, x: within(next.x, 0, 1 - width), y: within(next.y, 0, 1 - height) };
  const { style } = part("box");
  style.left = `${area.x * 100}%`;
  style.top = `${area.y * 100}%`;
  style.width = `${width * 100}%`;
  style.height = `${height * 100}%`;
}

function paint() {
  const canvas = dialog.querySelector("canvas");
  const brush = canvas.getContext("2d");
  brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  // Paint, not blur: mosaic and blur of six digits have been read back.
  brush.fillStyle = PAINT;
  for (const { x, y, width, height } of covered) {
    const left = Math.floor(x * canvas.width);
    const top = Math.floor(y * canvas.height);
    brush.fillRect(left, top, Math.ceil(width * canvas.width) + 1, Math.ceil(height * canvas.height) + 1);
  }
  dialog.querySelector("[data-key=Undo]").disabled = !covered.length;
}

function change(boxes) {
  covered = boxes;
  paint();
  say(dialog.dataset.count, { count: covered.length });
}

function turn(key, isResizing) {
  const [axis, way] = KEYS[key];
  const what = isResizing ? SIZES[axis] : axis;
  place({ ...area, [what]: area[what] + way * STEP });
  say(dialog.dataset.place, { left: percent(area.x), top: percent(area.y), width: percent(area.width), height: percent(area.height) });
}

function press(key, isResizing) {
  if (key === "Enter") change([...covered, area]);
  else if (key === "Undo") change(covered.slice(0, -1));
  else turn(key, isResizing);
}

function pointAt(event) {
  const frame = dialog.querySelector("canvas").getBoundingClientRect();
  return {
    x: within((event.clientX - frame.left) / frame.width, 0, 1),
    y: within((event.clientY - frame.top) / frame.height, 0, 1),
  };
}

function draw(event) {
  if (!from) return;
  const to = pointAt(event);
  const sides = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
  const isDrawn = Math.max(...sides) > TAP;
  if (isDrawn) place({ x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: sides[0], height: sides[1] });
  if (event.type !== "pointerup") return;
  from = undefined;
  if (isDrawn) press("Enter");
  else place({ ...area, x: to.x - area.width / 2, y: to.y - area.height / 2 });
}

async function open(detail) {
  bitmap = await createImageBitmap(detail.file, { imageOrientation: "from-image" });
  job = detail;
  const factor = Math.min(1, Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height)));
  const canvas = dialog.querySelector("canvas");
  canvas.width = Math.round(bitmap.width * factor);
  canvas.height = Math.round(bitmap.height * factor);
  covered = [];
  place({ x: 0.3, y: 0.44, width: 0.4, height: 0.12 });
  paint();
  part("resize").setAttribute("aria-pressed", "false");
  dialog.showModal();
  part("picture").focus();
}

// Lossless: what lies beside the box is not encoded twice. The list makes it smaller where that helps.
function finish() {
  if (!covered.length) return dialog.close();
  const { done, file } = job;
  const count = covered.length;
  return dialog.querySelector("canvas").toBlob((blob) => {
    dialog.close();
    if (!blob) return;
    const name = `${file.name.replace(/\.\w+$/, "")}.png`;
    done(new File([blob], name, { type: "image/png", lastModified: file.lastModified }), count);
  }, "image/png");
}

function release() {
  bitmap?.close();
  bitmap = job = from = undefined;
  dialog.querySelector("canvas").width = 0;
}

function listen() {
  const picture = part("picture");
  picture.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS) && event.key !== "Enter") return;
    event.preventDefault();
    press(event.key, event.shiftKey);
  });
  picture.addEventListener("pointerdown", (event) => {
    from = pointAt(event);
    picture.setPointerCapture(event.pointerId);
  });
  for (const kind of ["pointermove", "pointerup"]) picture.addEventListener(kind, draw);
  picture.addEventListener("pointercancel", () => { from = undefined; });
  const resize = part("resize");
  const isResizing = () => resize.getAttribute("aria-pressed") === "true";
  resize.addEventListener("click", () => resize.setAttribute("aria-pressed", String(!isResizing())));
  for (const button of dialog.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => press(button.dataset.key, isResizing()));
  }
  part("done").addEventListener("click", finish);
  part("cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", release);
  document.addEventListener("kaya:cover", (event) => open(event.detail).catch(() => {}));
}

if (dialog) listen();
