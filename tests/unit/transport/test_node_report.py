"""What several workers say together: whether the port may be sent requests, and what they count."""

from transport.metrics import Family, Metrics, Sample
from transport.node_report import NodeReport, health, metrics_text
from transport.schemas.answers import Health


def report(*missing: str, building: tuple[str, ...] = (), connections: int = 0) -> NodeReport:
    family = Family("connections", "Open.", "gauge", [Sample("connections", {}, connections)])
    return NodeReport(list(missing), list(building), {"channels": connections}, [family])


def test_a_node_with_a_port_to_itself_says_what_it_lacks() -> None:
    behind = {"channels": 0}
    assert health({"": report("database")}) == Health("not ready", ["database"], [], behind)
    built = report(building=("channels",))
    assert health({"": built}) == Health("ready", [], ["channels"], behind)


def test_workers_are_ready_when_all_that_answer_are() -> None:
    assert health({"w1": report(), "w2": report("database"), "w3": None}) == Health(
        "not ready",
        ["w2: database"],
        [],
        {"channels": 0},
        {"w1": "ready", "w2": "not ready", "w3": "does not answer"},
    )


def test_one_that_does_not_answer_accepts_nothing_so_the_port_is_ready() -> None:
    answer = health({"w1": report(building=("channels",)), "w2": None})
    assert (answer.status, answer.building) == ("ready", ["w1: channels"])
    assert answer.workers == {"w1": "ready", "w2": "does not answer"}


def test_a_read_model_is_as_far_behind_as_any_of_them_says() -> None:
    answer = health({"w1": report(connections=3), "w2": report(connections=4)})
    assert answer.behind == {"channels": 4}


def test_the_metrics_of_workers_are_one_family_with_a_sample_each() -> None:
    text = metrics_text({"w1": report(connections=3), "w2": report(connections=4), "w3": None})
    lines = text.decode().splitlines()
    assert lines.count("# TYPE connections gauge") == 1
    start = lines.index("# TYPE connections gauge")
    assert lines[start + 1 :] == [
        'connections{worker="w1"} 3.0',
        'connections{worker="w2"} 4.0',
    ]
    assert 'kanal_worker_answers{worker="w1"} 1.0' in lines
    assert 'kanal_worker_answers{worker="w3"} 0.0' in lines


def test_a_node_with_a_port_to_itself_names_no_worker() -> None:
    metrics = Metrics()
    metrics.resumes.labels(recovered="true").inc()
    text = metrics_text({"": NodeReport([], [], {}, metrics.families())}).decode()
    assert 'kanal_resumes_total{recovered="true"} 1.0' in text
    assert "# TYPE kanal_resumes_total counter" in text
    assert "worker" not in text
