"""A page left open all day: a thousand worlds, and the memory of one."""

import pytest
from browser.measure import resets
from browser.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SERVER, PAGE = 40, 5
"""Megabytes by which server and page may have grown between the hundredth and the thousandth reset."""


def test_a_thousand_resets_leave_nothing_behind(browser, tmp_path):
    with served(tmp_path / "server.log") as (address, server):
        (_, first, *_, last) = resets(browser, address, server.pid)
    assert last[0] == 1000
    assert last[1] - first[1] < SERVER
    assert last[2] - first[2] < PAGE
