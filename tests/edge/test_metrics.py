"""Counters as Prometheus reads them."""

from __future__ import annotations

from edge.metrics import COUNTERS, Metrics


def test_every_counter_is_explained_before_it_counts() -> None:
    lines = Metrics().text().splitlines()
    assert [line.split()[2] for line in lines if line.startswith("# TYPE")] == list(COUNTERS)
    assert [line.split()[2] for line in lines if line.startswith("# HELP")] == list(COUNTERS)
    assert all(line.startswith("#") for line in lines)


def test_a_counter_is_one_for_its_name_and_labels() -> None:
    metrics = Metrics()
    metrics.counter("isogloss_answers_total", item="film", variant="de").value += 2
    metrics.counter("isogloss_answers_total", variant="de", item="film").value += 1
    metrics.counter("isogloss_answers_total", item="film", variant="es").value += 1
    metrics.counter("isogloss_geo_faults_total").value += 1
    counted = [line for line in metrics.text().splitlines() if not line.startswith("#")]
    assert counted == [
        'isogloss_answers_total{item="film",variant="de"} 3',
        'isogloss_answers_total{item="film",variant="es"} 1',
        "isogloss_geo_faults_total 1",
    ]


def test_no_number_is_rounded() -> None:
    metrics = Metrics()
    metrics.counter("isogloss_geo_faults_total").value = 123_456_789_012
    assert "isogloss_geo_faults_total 123456789012\n" in metrics.text()
    assert metrics.text([("age", "How old.", (), 0.25)]).endswith("# HELP age How old.\n# TYPE age gauge\nage 0.25\n")


def test_gauges_stand_behind_the_counters() -> None:
    labels = (("revision", "9f3c0a12b4d5e6f7"),)
    text = Metrics().text([("isogloss_build_info", "What is served.", labels, 1.0)])
    assert text.endswith(
        "# HELP isogloss_build_info What is served.\n# TYPE isogloss_build_info gauge\n"
        'isogloss_build_info{revision="9f3c0a12b4d5e6f7"} 1\n'
    )
