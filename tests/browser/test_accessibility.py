"""What axe-core finds wrong with the pages, for people who do not see them as others do."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from plans import page_of, plan_file
from runs import report_of, run_file

GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    return {
        "plan": page_of(plan_file(folder / "plan.run", 400)),
        "report": report_of(run_file(folder / "report.run", 400)),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["plan", "report"])
def test_axe_finds_no_grave_fault(visit, pages, name, scheme):
    opened = visit(pages[name], bypass_csp=True, color_scheme=scheme).ready()
    found = Axe().run(opened.page).response
    assert len(found["passes"]) > 20
    grave = [fault for fault in found["violations"] if fault["impact"] in GRAVE]
    assert {fault["id"]: [node["target"] for node in fault["nodes"]] for fault in grave} == {}
