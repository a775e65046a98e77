"""Deploying request types: once for each content, proven, drawn, and never behind one's back."""

from __future__ import annotations

import pytest

from workflow.catalogue.map import render_map
from workflow.catalogue.network import read_network
from workflow.catalogue.rules import read_rules
from workflow.catalogue.shipped import shipped
from workflow.services.definitions import (
    Unsound,
    VersionOutdated,
    VersionTaken,
    deploy_files,
    deployments,
)
from workflow.services.network import add_rules, replace_network
from workflow.storage.deployed import layout_of

FILE = shipped("opinion_request.yaml")


@pytest.fixture
def ready(uow):
    replace_network(uow, read_network(shipped("network", "agencies.csv")))
    add_rules(uow, read_rules(shipped("rules.yaml")).values())
    return uow


@pytest.fixture
def edited(tmp_path):
    def edit(old, new):
        text = FILE.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "edited.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return edit


def test_a_type_is_deployed_once(ready):
    assert [d.new for d in deploy_files(ready, [FILE])] == [True]
    assert [d.new for d in deploy_files(ready, [FILE])] == [False]
    (listed,) = deployments(ready)
    assert (listed["key"], listed["version"], listed["cases"]) == ("opinion_request", 2, 0)
    assert listed["proof"]["positions"] > 0
    assert ready.installation.newest("opinion_request").version == 2


def test_its_map_is_stored_with_it(ready):
    deploy_files(ready, [FILE])
    with ready.reading() as connection:
        layout = layout_of(connection, "opinion_request", 2)
    assert render_map(layout).startswith("<svg")


def test_an_edited_file_needs_a_new_version(ready, edited):
    deploy_files(ready, [FILE])
    with pytest.raises(VersionTaken, match="version: 3"):
        deploy_files(ready, [edited("pt-BR: Pedido de parecer", "pt-BR: Parecer")])
    second = edited("version: 2", "version: 3")
    assert [d.version for d in deploy_files(ready, [second])] == [3]
    third = edited("version: 2", "version: 2\n# an old one with a new line")
    assert [d.new for d in deploy_files(ready, [third])] == [False]


def test_an_old_version_cannot_be_added_later(ready, edited):
    deploy_files(ready, [edited("version: 2", "version: 4")])
    with pytest.raises(VersionOutdated, match="version: 5"):
        deploy_files(ready, [edited("version: 2", "version: 3")])


def test_one_fault_in_one_file_and_none_is_deployed(ready, edited):
    with pytest.raises(Unsound) as refused:
        deploy_files(ready, [FILE, edited("owner: ", "owner: NOBODY # ")])
    assert any(t.problem.line for one in refused.value.checked for t in one.troubles)
    assert deployments(ready) == []
