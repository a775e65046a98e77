"""A long list of agencies to pick from, narrowed by what somebody types."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.servers.nodejs import axe
from tests.web.site import sign_in

RETURNED = "agreement_review/returned_for_adjustment"


def test_a_long_list_is_narrowed_by_words_and_keeps_what_is_chosen_in_sight(site, visitors):
    page = visitors.page(width=1280)
    sign_in(page, site, "SCC")
    page.goto(f"{site.url}/caixa/?ver=agency&q={site.cases[RETURNED]}")
    page.locator(".col-subject a").first.click()
    lists = page.locator("fieldset:has(.pick-list)").first
    lines, words = lists.locator(".option"), lists.get_by_label("Achar na lista")
    every = lines.count()
    lists.locator("input[value=SEF]").check()

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


def test_without_scripts_nothing_is_offered_that_does_nothing(site, visitors):
    page = visitors.page(java_script_enabled=False)
    sign_in(page, site, "SCC")
    page.goto(f"{site.url}/caixa/?ver=agency&q={site.cases[RETURNED]}")
    page.locator(".col-subject a").first.click()

    assert page.locator(".pick-list").first.is_visible()
    assert page.locator(".narrowing").count()
    assert not page.locator(".narrowing").first.is_visible()
