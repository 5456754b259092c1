"""Channels of a workspace and each channel, now and at any position or time."""

import pytest
from playwright.async_api import expect

from tests.support.console import Console
from tests.support.console_story import Story

pytestmark = pytest.mark.browser


async def test_the_slider_shows_the_channels_as_they_were(console: Console, story: Story) -> None:
    await console.go(f"#/channels?workspace={story.workspace}")
    await console.shows(f"3 channels of {story.workspace}")
    await console.shows("#big deals")
    slider = console.page.get_by_role("slider", name="Position in the log")
    await slider.fill(str(story.deals["position"]))
    await console.shows(f"2 channels of {story.workspace}")
    await expect(console.page.get_by_role("link", name="#deals", exact=True)).to_be_visible()
    # With the keyboard as well.
    await slider.press("ArrowLeft")
    await slider.press("ArrowLeft")
    await console.shows(f"1 channel of {story.workspace}")
    await console.page.get_by_role("button", name="Now").click()
    await console.shows("#support")


async def test_a_channel_is_shown_as_it_was_with_its_members_then(
    console: Console, story: Story
) -> None:
    deals = story.deals
    await console.go(f"#/channels/{deals['id']}?at={deals['position']}")
    await console.heading("#deals")
    await console.shows("1 member")
    await console.page.get_by_role("button", name="Now").click()
    await console.heading("#big deals")
    await console.shows("2 members")
    await console.shows("let carol in, as user")
    await console.go(f"#/channels/{deals['id']}?at={deals['position'] - 1}")
    await console.shows("The channel was not there yet")


async def test_a_time_means_the_position_that_it_had_then(console: Console, story: Story) -> None:
    at = story.deals["createdAt"]
    await console.go(f"#/channels?workspace={story.workspace}&at={at}")
    await console.shows(f"Position {story.deals['position']}")
    await console.shows(f"2 channels of {story.workspace}")


async def test_a_place_that_there_is_not_is_refused_in_words(
    console: Console, story: Story
) -> None:
    await console.go(f"#/channels?workspace={story.workspace}&at=999999")
    await expect(console.page.get_by_role("alert")).to_contain_text("beyond the head of the log")
