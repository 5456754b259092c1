"""A webhook whose log has lost its end, and with it what was noted of the webhook."""

from tests.e2e.lifecycle.rewound.story import create
from tests.e2e.lifecycle.rewound.test_promoted_replica import database
from tests.support.channels import create_channel
from tests.support.hook_receiver import hook_receiver
from tests.support.http import http_client
from tests.support.registering import Registrar, added, told
from tests.support.replica import ReplicatedPostgres
from tests.support.service import running_service
from tests.support.webhook_sending import until


async def test_its_receiver_is_told_up_to_where_what_it_heard_still_holds(
    pair: ReplicatedPostgres, port: str
) -> None:
    url = await database(pair)
    async with hook_receiver() as there:
        with running_service(url, port=port, webhook_networks="127.0.0.0/8") as service:
            with http_client(service.url) as http:
                webhook = added(Registrar(http).add(there.url, types=["channel.created"]))
            past = [await create_channel(service.url, "demo", name) for name in ("one", "two")]
            await until(lambda: len(there.accepted) == 2)
            await pair.catch_up()
            await pair.fall_behind()
            lost = await create_channel(service.url, "demo", "lost")
            await until(lambda: len(there.accepted) == 3)
            await pair.fail_over()
            await until(lambda: len(there.accepted) > 3)
            (new,) = await create(service.url, ["new"])
            await until(lambda: there.accepted[-1].event.get("subject") == new["id"])
            log = there.accepted[3].event["data"]["log"]
            with http_client(service.url) as http:
                registrar = Registrar(http)
                await until(lambda: told(registrar.get(webhook["id"]))["log"] == log)
    rewound, *rest = there.accepted[3:]
    rewound.verify(webhook["secret"])
    assert rewound.event["type"] == "log.rewound"
    assert past[-1]["position"] <= rewound.event["data"]["position"] < lost["position"]
    assert new["position"] <= lost["position"] + 1
    assert log != webhook["log"]
    told_again = [hook.event["subject"] for hook in rest]
    assert told_again[-1] == new["id"]
    assert set(told_again[:-1]) <= {each["id"] for each in past}
