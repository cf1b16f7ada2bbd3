// Makes a picture smaller on the device, before it goes over a slow line.

const SMALL = 300 * 1024; // bytes: below this nothing is won
const LONGEST = 1600; // px
const LEGIBLE = 720; // px, what a long screenshot keeps of its width: words must stay readable
const PATIENCE = 10000; // ms
const QUALITY = 0.85;
const ENDINGS = { "image/png": "png", "image/jpeg": "jpg" };

let last = Promise.resolve();

function inTime(work, tooLate) {
  let isOver = false;
  const late = new Promise((_, reject) => {
    setTimeout(() => { isOver = true; reject(new Error("too slow")); }, PATIENCE);
  });
  // Tens of megabytes that come too late must not stay either.
  work.then((result) => { if (isOver) tooLate?.(result); }, () => {});
  return Promise.race([work, late]);
}

const encoded = (canvas, type) => inTime(new Promise((done) => { canvas.toBlob(done, type, QUALITY); }));

function scaled(bitmap) {
  const sides = [bitmap.width, bitmap.height];
  const factor = Math.min(1, Math.max(LONGEST / Math.max(...sides), LEGIBLE / Math.min(...sides)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = sides.map((side) => Math.max(1, Math.round(side * factor)));
  const brush = canvas.getContext("2d", { alpha: false });
  brush.fillStyle = "#fff"; // behind what was see-through
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// Not WebP: of the same size, but ten times the work, and unknown to Safari.
async function smallest(canvas, type) {
  const blobs = [await encoded(canvas, "image/jpeg")];
  // A screenshot of few colours is often smaller without loss.
  if (type === "image/png") blobs.push(await encoded(canvas, "image/png"));
  return blobs.filter(Boolean).sort((a, b) => a.size - b.size)[0];
}

async function shrunk(file) {
  const bitmap = await inTime(createImageBitmap(file, { imageOrientation: "from-image" }), (late) => late.close());
  let canvas;
  try {
    canvas = scaled(bitmap);
  } finally {
    bitmap.close();
  }
  try {
    const blob = await smallest(canvas, file.type);
    if (!blob || blob.size > file.size * 0.9) return file;
    const name = `${file.name.replace(/\.\w+$/, "")}.${ENDINGS[blob.type]}`;
    return new File([blob], name, { type: blob.type, lastModified: file.lastModified });
  } finally {
    canvas.width = canvas.height = 0; // gives its memory back at once
  }
}

async function prepare({ file, done }) {
  // A GIF may move, and would stand still afterwards.
  if (file.size <= SMALL || file.type === "image/gif") return done(file, true);
  try {
    return done(await shrunk(file), true);
  } catch {
    return done(file, false);
  }
}

// One at a time: two photographs of 50 megapixels at once close the browser of a weak phone.
document.addEventListener("kaya:prepare", (event) => {
  last = last.then(() => prepare(event.detail));
});
