"""kanal-client in a real browser, in the page of an application at another origin: a short life of
channels, over WebSocket and over polling alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.support import postgres
from tests.support.channels import api
from tests.support.javascript_package import PACKAGE, build
from tests.support.service import RunningService, running_service
from tests.support.site import served
from tests.support.tokens import token

pytestmark = pytest.mark.browser

INDEX = """<!doctype html><title>An application</title>
<script type="importmap">
  { "imports": { "kanal-client": "/dist/index.js", "socket.io-client": "/socket.io.esm.min.js" } }
</script>
<script type="module">
  import { connect, KanalError } from "kanal-client";
  Object.assign(window, { connect, KanalError });
</script>"""

BEGIN = """([url, workspace, token, transports]) => {
  window.seen = [];
  window.channels = connect({
    url, workspace, token: async () => token, socket: { transports, reconnectionDelayMax: 200 },
  });
  channels.subscribe((state) => seen.push(state));
}"""

IS_LIVE = """position => {
  const state = channels.getSnapshot();
  return state.status === "live" && state.position >= position;
}"""

CREATE_AGAIN = """() => channels.create({ name: "mine" }).catch(
  (error) => [error instanceof KanalError, error.code]
)"""

SHOWN = "() => channels.getSnapshot().channels"


@pytest.fixture(scope="module")
def open_service(postgres_url: str) -> Iterator[RunningService]:
    """A service that pages of all origins may call."""
    with running_service(postgres.create_database(postgres_url), cors_origins="*") as running:
        yield running


@pytest.fixture
def application(tmp_path: Path) -> Iterator[str]:
    """The URL of an application's page, which has the package as it is built."""
    build()
    shutil.copytree(PACKAGE / "dist", tmp_path / "dist")
    built = PACKAGE / "node_modules/socket.io-client/dist/socket.io.esm.min.js"
    shutil.copy(built, tmp_path)
    (tmp_path / "index.html").write_text(INDEX)
    with served(tmp_path) as url:
        yield url


async def listed(url: str, workspace: str, user: str, position: int) -> list[Any]:
    """What the service lists, once that reflects the log up to the position."""
    async with api(url, workspace, user) as http:
        answer = await http.get("", params={"minPosition": position})
        return list(answer.json()["channels"])


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_page_shows_the_list_as_it_is_over_a_life_of_channels(
    page: Page, open_service: RunningService, application: str, workspace: str, transport: str
) -> None:
    url = open_service.url
    used: set[str] = set()
    page.on("websocket", lambda _: used.add("websocket"))
    page.on(
        "request", lambda each: used.add("polling") if "transport=polling" in each.url else None
    )
    await page.goto(application)
    await page.wait_for_function("() => window.connect")
    await page.evaluate(BEGIN, [url, workspace, token("bob", (workspace,)), [transport]])
    await page.wait_for_function(IS_LIVE, arg=0)

    async def same(position: int) -> list[str]:
        """Wait until the page is level with the log; it shows what the service lists."""
        await page.wait_for_function(IS_LIVE, arg=position)
        shown = await page.evaluate(SHOWN)
        assert shown == await listed(url, workspace, "bob", position)
        return [channel["name"] for channel in shown]

    own = await page.evaluate("() => channels.create({ name: 'mine' })")
    assert await same(own["position"]) == ["mine"]
    assert await page.evaluate(CREATE_AGAIN) == [True, "name_taken"]
    async with api(url, workspace) as alice:
        secret = (await alice.post("", json={"name": "secret", "isPrivate": True})).json()
        path = f"/{secret['id']}"
        let_in = (await alice.put(f"{path}/members/bob")).json()
        assert await same(let_in["position"]) == ["mine", "secret"]
        await page.context.set_offline(True)
        taken_out = (await alice.delete(f"{path}/members/bob")).json()
        renamed = (await alice.post("", json={"name": "meanwhile"})).json()
        await page.wait_for_function("() => channels.getSnapshot().status !== 'live'")
        await page.context.set_offline(False)
        assert taken_out["position"] < renamed["position"]
        assert await same(renamed["position"]) == ["mine", "meanwhile"]
    assert used == {transport}
    # Each position was shown once, and none before an earlier one.
    positions = await page.evaluate("() => seen.map((state) => state.position)")
    assert positions == sorted(positions)
