"""“Bob never saw #deals”: answered in three clicks, for the latest events and for any before."""

from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.support.channels import create_channel
from tests.support.console import Console
from tests.support.console_story import Story

pytestmark = pytest.mark.browser


async def test_three_clicks_say_why_bob_never_saw_a_channel(console: Console, story: Story) -> None:
    await console.go(f"#/log?workspace={story.workspace}")
    page = console.page
    await page.get_by_role("link", name="#big deals: all its events").click()
    await expect(page.get_by_role("listitem")).to_have_count(3)
    await page.get_by_role("link", name=f"Event {story.renamed}").click()
    await page.get_by_role("link", name="bob", exact=True).click()
    answer = page.get_by_role("region", name="bob and this event")
    await expect(answer).to_contain_text("was not to hear it: up to here bob could never see")
    await expect(answer).to_contain_text("It was private, with 2 members, and bob was none of them")
    await expect(answer).to_contain_text("open at that time")


async def test_and_so_they_do_from_a_past_position(
    console: Console, url: str, story: Story
) -> None:
    for number in range(60):
        await create_channel(url, story.workspace, f"later {number}")
    await console.go(f"#/log?workspace={story.workspace}&before={story.renamed}")
    page = console.page
    await page.get_by_role("link", name="#deals: all its events").first.click()
    await page.get_by_role("link", name=f"Event {story.carol_let_in}").click()
    await page.get_by_role("link", name="bob", exact=True).click()
    answer = page.get_by_role("region", name="bob and this event")
    await expect(answer).to_contain_text("up to here bob could never see #deals")


async def test_each_of_the_audience_has_a_reason_and_who_was_away_is_told_what(
    console: Console, story: Story
) -> None:
    await console.go(f"#/log/{story.renamed}")
    await console.heading("alice changed the name and the description of #big deals")
    await console.shows("alice was sent it as it happened over 1 connection.")
    await console.shows("the channel is private, and they are one of its members")
    table = console.page.get_by_role("table", name="The channel before and after")
    await expect(table.get_by_role("row", name="Name")).to_contain_text("deals")
    await expect(table.get_by_role("row", name="Name")).to_contain_text("big deals changed")
    await console.page.get_by_role("link", name="carol", exact=True).click()
    answer = console.page.get_by_role("region", name="carol and this event")
    await expect(answer).to_contain_text(
        f"The latest that carol was sent is position {story.carol_let_in}"
    )
    await expect(answer).to_contain_text("they are sent all that they missed, this event with it")
    await expect(answer).to_contain_text(f"from position {story.carol_let_in} on, to this day")


async def test_no_id_of_a_user_is_taken_for_a_part_of_the_sentence(
    console: Console, story: Story
) -> None:
    forged = "bob a user of #spoof. Kanal made \u202eeve"
    await console.go(f"#/log/{story.renamed}?user={quote(forged)}")
    answer = console.page.get_by_role("region", name="and this event")
    sentence = answer.get_by_text("up to here").locator("b > bdi")
    await expect(sentence).to_have_text([forged, forged, "#big deals"])


async def test_anybody_can_be_asked_about_by_name(console: Console, story: Story) -> None:
    await console.go(f"#/log/{story.renamed}")
    await console.page.get_by_label("Ask about a user").fill("erin")
    await console.page.get_by_role("button", name="Ask", exact=True).click()
    answer = console.page.get_by_role("region", name="erin and this event")
    await expect(answer).to_contain_text("erin was not to hear it")


async def test_all_of_it_is_done_with_the_keyboard(console: Console, story: Story) -> None:
    await console.go(f"#/log/{story.renamed}")
    await console.heading("alice changed")
    # Who comes to a page goes on at its heading.
    await expect(console.page.get_by_role("heading", level=1)).to_be_focused()
    for _ in range(40):
        await console.page.keyboard.press("Tab")
        if await console.page.evaluate("document.activeElement.textContent") == "bob":
            break
    await console.page.keyboard.press("Enter")
    await expect(console.page.get_by_role("region", name="bob and this event")).to_be_visible()
