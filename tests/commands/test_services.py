"""The services of the network, told to a script and to a person."""

from __future__ import annotations


def test_every_service_is_listed_with_what_serves_it(tramita, tmp_path):
    listed = tramita.json("services", "list", "--play")
    faulty = tmp_path / "services.yaml"
    faulty.write_text("axes: []\nservices: []\n")

    assert len(listed) == 32
    assert all(one.keys() >= {"row", "title", "served_by", "scenario"} for one in listed)
    assert {one["result"] for one in listed} == {"completed", "ended"}
    assert "registers/partner" in tramita("services", "list", "--language", "en")
    assert "services.yaml:1" in tramita("services", "list", "--file", faulty, fails=1)
