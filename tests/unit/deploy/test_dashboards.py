"""What Grafana shows and Prometheus warns of is what the processes measure, in queries that can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import REGISTRY, Metric

import bot.telemetry
import engine.telemetry.metrics  # noqa: F401 - both register what their processes measure
from engine.domain.census import Census
from engine.telemetry.installation import Installation
from tests.support.compose import COMPOSE, ROOT

FOLDER = ROOT / "deploy/dashboards"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "aigc.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = {f"alert {rule['alert']}": rule["expr"] for rule in RULES} | {
    f"panel {panel['title']} {target['refId']}": target["expr"] for panel in PANELS for target in panel["targets"]
}

assert bot.telemetry


def measured() -> dict[str, set[str]]:
    """Labels by sample name."""
    installation = Installation(Census, lambda kind: 0, tuple)
    found: dict[str, set[str]] = {}
    for metric in (*REGISTRY.collect(), *installation.collect(), *_declared()):
        found.setdefault(metric.name, set()).update(*(sample.labels for sample in metric.samples))
        for sample in metric.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def _declared() -> Iterator[Metric]:
    """Families of which nothing was counted yet, with one sample of each label."""
    for collector in set(REGISTRY._collector_to_names):
        if names := getattr(collector, "_labelnames", ()):
            assert hasattr(collector, "labels")
            collector.labels(*["none"] * len(names))
            yield from collector.collect()


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    return measured()


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_can_be_read_and_asks_for_what_is_measured(name: str, known: dict[str, set[str]]) -> None:
    query = re.sub(r"\$__rate_interval", "5m", QUERIES[name])
    asked: list[promql_parser.VectorSelector] = []

    def note(expr: promql_parser.Expr) -> bool:
        if isinstance(expr, promql_parser.VectorSelector):
            asked.append(expr)
        elif isinstance(expr, promql_parser.MatrixSelector):
            asked.append(expr.vector_selector)
        return True

    promql_parser.walk(promql_parser.parse(query), note)
    assert asked
    for selector in asked:
        assert selector.name in known
        assert {matcher.name for matcher in selector.matchers.matchers} <= known[selector.name]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"]


def test_panels_have_places_and_names_of_their_own() -> None:
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in PANELS)


def test_prometheus_asks_the_services_of_compose_at_their_port() -> None:
    [config] = yaml.safe_load((FOLDER / "prometheus.yaml").read_text())["scrape_configs"]
    asked = [target.partition(":") for target in config["static_configs"][0]["targets"]]
    names = [*config["dns_sd_configs"][0]["names"], *(host for host, _, _ in asked)]
    ours = {
        name for name, service in COMPOSE["services"].items() if "AIGC_MONITOR_PORT" in service.get("environment", {})
    }
    ports = {str(COMPOSE["services"][name]["environment"]["AIGC_MONITOR_PORT"]) for name in ours}
    assert set(names) == ours
    assert {*(port for _, _, port in asked), str(config["dns_sd_configs"][0]["port"])} == ports
