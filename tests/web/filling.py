"""Hands for the public forms in a browser: fills them in, chooses, drops and pastes pictures."""

from __future__ import annotations

import base64
import io

from PIL import Image
from playwright.sync_api import Page, expect

from tests.images import photograph, saved
from tickets import screenshots
from tickets.models import Screenshot

KINDS = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "heic": "image/heic",
    "pdf": "application/pdf",
}
TRANSFER = """([files, kind, target]) => {
  const held = new DataTransfer();
  for (const { name, type, data } of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    held.items.add(new File([bytes], name, { type, lastModified: 1 }));
  }
  const given = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent(kind, { ...given, clipboardData: held })
    : new DragEvent(kind, { ...given, dataTransfer: held });
  document.querySelector(target).dispatchEvent(event);
  return event.defaultPrevented;
}"""


def photo(size=(4000, 3000), *, orientation: int = 1) -> bytes:
    """A JPEG as a camera makes it, lying as it says."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    return saved(photograph(size), "JPEG", quality=80, exif=tags)


def fill_in(page: Page) -> None:
    page.fill("[name=description]", "kode otp ga masuk2 udah 20 menit, udah cek spam")
    page.check("[name=signup_day][value=yesterday]")
    page.fill("[name=signup_hour]", "14.30")
    page.fill("[name=contact]", "budi@contoh.id")


def choose(page: Page, **files: bytes) -> None:
    """Choose files by name; "layar_png" is layar.png."""
    page.set_input_files("[name=screenshots]", [_file(name, data) for name, data in files.items()])
    expect_prepared(page)


def expect_prepared(page: Page) -> None:
    expect(page.locator(".picture--preparing")).to_have_count(0, timeout=30_000)


def drop(page: Page, target: str, **files: bytes) -> bool:
    return _hand_over(page, "drop", target, files)


def paste(page: Page, target: str, **files: bytes) -> bool:
    """Paste files, and say whether the page took them."""
    return _hand_over(page, "paste", target, files)


def names(page: Page) -> list[str]:
    """What the cards say, in order."""
    return page.locator(".picture [data-name]").all_inner_texts()


def held(page: Page) -> list[str]:
    """What the input would send, in order."""
    return page.evaluate("[...document.querySelector('[name=screenshots]').files].map((file) => file.name)")


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def send(page: Page) -> None:
    press(page, "Kirim laporan")
    page.wait_for_url("**/tiket/**")


def stored(name: str) -> Image.Image:
    """A picture as it lies on the server's disk."""
    path = screenshots.path_of(Screenshot.objects.get(name=name).original_path)
    return Image.open(io.BytesIO(path.read_bytes())).convert("RGB")


def _file(name: str, data: bytes) -> dict:
    stem, _, ending = name.rpartition("_")
    return {"name": f"{stem}.{ending}", "mimeType": KINDS[ending], "buffer": data}


def _hand_over(page: Page, kind: str, target: str, files: dict[str, bytes]) -> bool:
    given = [_file(name, data) for name, data in files.items()]
    carried = [
        {"name": each["name"], "type": each["mimeType"], "data": base64.b64encode(each["buffer"]).decode()}
        for each in given
    ]
    return page.evaluate(TRANSFER, [carried, kind, target])
