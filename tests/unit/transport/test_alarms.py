"""Alarms: what is logged as CRITICAL, and nothing below that, is kept for operators."""

import logging

from transport.alarms import KEPT, Alarms


def test_the_latest_are_kept_and_all_are_counted() -> None:
    alarms, logger, rung = Alarms(), logging.Logger("a part"), list[None]()
    alarms.has_rung = lambda: rung.append(None)
    logger.addHandler(alarms)
    logger.error("an error is none")
    for number in range(KEPT + 3):
        logger.critical("%d of %s", number, "many")
    assert [each.message for each in alarms.kept] == [f"{n} of many" for n in range(3, KEPT + 3)]
    assert alarms.count == len(rung) == KEPT + 3
    assert alarms.kept[0].at <= alarms.kept[-1].at


def test_a_traceback_is_not_kept_which_may_hold_what_a_client_has_sent() -> None:
    alarms, logger = Alarms(), logging.Logger("a part")
    logger.addHandler(alarms)
    try:
        raise ValueError("a secret")
    except ValueError:
        logger.critical("it stopped", exc_info=True)
    assert [each.message for each in alarms.kept] == ["it stopped"]
