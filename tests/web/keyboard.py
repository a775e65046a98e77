"""Somebody who has a keyboard and no mouse, and who must see where they are at every stop."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

from tests.web.driving import PICTURES

PATIENCE: Final = 400
"""How many stops somebody makes on the way to something before they give it up."""
ROUNDS: Final = 2
"""How often they come to the end of a page and begin again before they give it up."""
NOWHERE: Final = 40
"""How many keys in a row may find the focus nowhere: a busy browser takes it back late."""
PAUSE_MS: Final = 25
SEVERAL_STOPS: Final = {"date": 5, "time": 5}
"""Inputs in which Tab goes from part to part, with the most stops each has."""
STOP: Final = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const words = (text) => (text ?? '').replace(/\\s+/g, ' ').trim();
  const all = (ids) => ids.split(/\\s+/).map((id) => document.getElementById(id)?.innerText);
  const told = [
    here.getAttribute('aria-label'),
    all(here.getAttribute('aria-labelledby') ?? '').join(' '),
    [...(here.labels ?? [])].map((label) => label.innerText).join(' '),
    here.innerText, here.title, here.value,
  ].map(words);
  const again = here === window.lastStop;
  window.lastStop = here;
  const style = getComputedStyle(here), box = here.getClientRects()[0];
  const held = (spot) => spot && (here.contains(spot)
    || [...(here.labels ?? [])].some((label) => label.contains(spot)));
  const spots = box ? [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]] : [];
  return {
    name: told.find((text) => text) ?? '',
    kind: here.getAttribute('role') || here.type || here.tagName.toLowerCase(),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: spots.some(([x, y]) => held(document.elementFromPoint(
      box.left + box.width * x, box.top + box.height * y))),
    again,
  };
}"""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the focus is: what it is called, what it is, and whether a person sees it there."""

    name: str
    kind: str
    ring: bool
    seen: bool
    again: bool


@dataclass(slots=True)
class Hands:
    """A person at a keyboard: everything is reached by keys, nothing by pointing."""

    page: Page
    person: str
    stops: int = 0
    """At how many places the focus has been looked at."""
    _told: int = 0

    def __post_init__(self) -> None:
        # Somebody who listens from the beginning: the browser asks before it opens its window.
        self.page.on("filechooser", lambda window: None)

    def address(self, address: str) -> None:
        """Type an address, as of a letter that has come."""
        self.page.goto(address)

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def stop(self) -> Stop | None:
        """Say where the focus is; raise `AssertionError` where nobody could see it."""
        found = self.page.evaluate(STOP)
        if found is None:
            return None
        here = Stop(**found)
        self.stops += 1
        assert here.ring, f"{self.page.url}: no ring around {here}"
        assert here.seen, f"{self.page.url}: something lies over {here}"
        return here

    def reach(self, name: str, *kinds: str, back: bool = False) -> Stop:
        """Tab on until what is focused has a name that begins so (a pattern), and is of a kind."""
        met: list[str] = []
        times, rounds, lost = 1, 0, 0
        for _ in range(PATIENCE):
            self.press("Shift+Tab" if back else "Tab")
            here = self.stop()
            if here is None:
                rounds, lost = rounds + (lost == 0), lost + 1
                if rounds > ROUNDS or lost > NOWHERE:
                    break
                self.page.wait_for_timeout(PAUSE_MS)
                continue
            lost = 0
            times = times + 1 if here.again else 1
            assert times <= SEVERAL_STOPS.get(here.kind, 1), f"nobody gets out of {here}"
            wanted = re.match(name, here.name) and (not kinds or here.kind in kinds)
            if wanted and times == 1:
                return here
            met.append(f"{here.kind} {here.name[:40]}")
        raise AssertionError(f"{self.page.url}: no {name!r} {kinds} among {met}")

    def follow(self, name: str, *kinds: str, key: str = "Enter", back: bool = False) -> None:
        """Reach a link or a button that leads to another page, and press it."""
        self.reach(name, *kinds, back=back)
        self.leave(key)

    def leave(self, *keys: str) -> None:
        """Press what leads to another page, and wait for it."""
        with self.page.expect_navigation():
            self.press(*keys)

    def unfold(self, name: str) -> None:
        """Open what a summary holds."""
        self.reach(name, "summary")
        self.press("Enter")

    def write(self, name: str, text: str, *kinds: str) -> None:
        """Reach a field and type over what stands in it."""
        here = self.reach(name, *(kinds or ("text", "search", "email", "password", "textarea")))
        if here.kind != "search":
            self.press("Control+a")
        self.type(text)

    def type(self, text: str) -> None:
        """Type into the field that is focused, and see that it stands there."""
        self.page.keyboard.type(text)
        written = self._focused("here.value")
        assert written.endswith(text), f"{self.page.url}: typed {text!r}, there stands {written!r}"

    def date(self, name: str, iso: str) -> None:
        """Reach a field for a date and type it as the browser shows its parts."""
        self.reach(name, "date")
        year, month, day = iso.split("-")
        self.page.keyboard.type(f"{month}{day}{year}")
        assert self._focused("here.value") == iso

    def choose(self, name: str, option: str) -> None:
        """Reach a list and type the beginning of what is wanted of it."""
        self.reach(name, "select-one")
        assert option.isascii()  # other letters Chromium would insert where one wrote last
        self.page.keyboard.type(option)
        chosen = self._focused("here.selectedOptions[0].innerText")
        assert chosen.startswith(option), f"{name}: {chosen}"

    def pick(self, name: str) -> None:
        """Reach a group of radio buttons and go by arrows to one of them."""
        here = self.reach("", "radio")
        for _ in range(20):
            if here.name.startswith(name):
                self.press("Space")
                return
            self.press("ArrowDown")
            here = self.stop() or here
        raise AssertionError(f"no {name!r} among the radio buttons, last {here}")

    def tick(self, name: str) -> None:
        """Reach a box and tick it."""
        self.reach(name, "checkbox")
        self.press("Space")

    def mark_next(self) -> None:
        """Go to the next row of a list and mark it; once more where the focus was taken away."""
        marked = self._marked()
        for _ in range(NOWHERE):
            self.press("j", "x")
            if self._marked() == marked + 1:
                return
            assert self.stop() is None, f"{self.page.url}: the keys did not mark the next row"
            self.page.wait_for_timeout(PAUSE_MS)
        raise AssertionError(f"{self.page.url}: the focus stays nowhere")

    def attach(self, name: str, file: dict[str, Any]) -> None:
        """Reach a field for a file; the window in which it is chosen is the system's."""
        self.reach(name, "file")
        with self.page.expect_file_chooser() as window:
            self.press("Enter")
        window.value.set_files(files=[file])

    def sees(self, *words: str) -> None:
        """Check that the page shows words."""
        for part in words:
            shown = self.page.get_by_text(part).locator("visible=true").first
            try:
                shown.wait_for()
            except TooLate:
                self.picture("missed")
                told = self.page.locator("main").inner_text()
                raise AssertionError(f"{self.page.url}: no {part!r} in {told}") from None

    def picture(self, step: str) -> None:
        """Leave pictures of the screen in light and in dark, where somebody asked for them."""
        self._told += 1
        if not (folder := os.environ.get(PICTURES)):
            return
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            name = f"{self.person}-{self._told:02d}-{step}-{scheme}.png"
            self.page.screenshot(path=Path(folder) / name)
        self.page.emulate_media(color_scheme="light")

    def _marked(self) -> int:
        return self.page.locator(".pick:checked").count()

    def _focused(self, what: str) -> Any:
        return self.page.evaluate(
            f"(() => {{ const here = document.activeElement; return {what} }})()"
        )
