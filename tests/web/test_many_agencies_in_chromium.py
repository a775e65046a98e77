"""Pages on which many agencies stand: the list to pick from, and who gave which answer."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.servers.nodejs import axe
from tests.web.site import sign_in

RETURNED = "agreement_review/returned_for_adjustment"
JIANGSU = "agreement_review/jiangsu_protocol"
BROKEN = """badges => badges.flatMap(badge => {
  const range = document.createRange(), text = badge.lastChild;
  return [...text.data.matchAll(/\\S+/g)].filter(word => {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(String);
})"""
"""Returns the words that stand in two lines."""
LISTEN = """form => ['input', 'change'].forEach(kind => form.addEventListener(kind, () => {
  form.dataset.heard = kind;
}))"""
"""Notes on a form what its own listeners hear, those by which it is kept as a draft."""


def test_a_long_list_is_narrowed_by_words_and_keeps_what_is_chosen_in_sight(site, visitors):
    page = visitors.page(width=1280)
    sign_in(page, site, "SCC")
    page.goto(f"{site.url}/caixa/?ver=agency&q={site.cases[RETURNED]}")
    page.locator(".col-subject a").first.click()
    lists = page.locator("fieldset:has(.pick-list)").first
    lines, words = lists.locator(".option"), lists.get_by_label("Achar na lista")
    lists.locator("input[value=SEF]").check()  # once the page is there, which counting awaits not
    every = lines.count()

    words.fill("secretária MEIO ambiente")
    expect(lines.filter(visible=True)).to_have_count(2)
    expect(lists.get_by_role("status")).to_have_text(f"2 de {every}")
    assert set(lines.filter(visible=True).locator("b").all_inner_texts()) == {"SEF", "SEMAD"}
    assert axe(page) == []

    address = page.url
    words.press("Enter")
    assert page.url == address, "nothing is sent"
    words.fill("")
    expect(lines.filter(visible=True)).to_have_count(every)


def test_a_form_hears_nothing_of_what_is_searched_in_a_list_and_keeps_no_draft_of_it(
    site, visitors
):
    page = visitors.page(width=1280)
    sign_in(page, site, "SCC")
    page.goto(f"{site.url}/caixa/?ver=agency&q={site.cases[RETURNED]}")
    page.locator(".col-subject a").first.click()
    form = page.locator("#task-form")
    lists = form.locator("fieldset:has(.pick-list)").first
    form.evaluate(LISTEN)

    words = lists.get_by_label("Achar na lista")
    words.press_sequentially("meio")
    words.blur()
    expect(lists.get_by_role("status")).not_to_be_empty()
    assert form.get_attribute("data-heard") is None

    lists.locator("label.option").filter(visible=True).first.click()
    assert form.get_attribute("data-heard") == "change"


def test_without_scripts_nothing_is_offered_that_does_nothing(site, visitors):
    page = visitors.page(java_script_enabled=False)
    sign_in(page, site, "SCC")
    page.goto(f"{site.url}/caixa/?ver=agency&q={site.cases[RETURNED]}")
    page.locator(".col-subject a").first.click()

    expect(page.locator(".pick-list").first).to_be_visible()
    assert page.locator(".narrowing").count()
    assert not page.locator(".narrowing").first.is_visible()
    page.goto(f"{site.url}/pedidos/{site.cases[RETURNED]}")
    assert page.locator("[data-copy]").count()
    assert not page.locator("[data-copy]").first.is_visible()


def test_no_word_of_an_answer_is_broken_for_those_who_gave_it(site, visitors):
    page = visitors.page(width=1200)
    sign_in(page, site, "SCC")
    page.goto(f"{site.url}/pedidos/{site.cases[JIANGSU]}")
    row = page.locator("section:has(#round) .tally + table tbody tr").first
    row.locator("td").last.evaluate("cell => { cell.textContent = 'SEDE/AEST, '.repeat(60) }")

    badges = row.locator("th > .badge")
    assert badges.count() == 1
    assert badges.evaluate_all(BROKEN) == []
