"""The page in a real browser: what a visitor does, and what must not happen."""

import re
import time

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def month(page, place=0):
    """The month written on the map, "November 2026"."""
    return page.locator(".tn-title").nth(place).inner_text()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def choose(page, label, option):
    """Picks from a drop-down list."""
    page.get_by_label(label, exact=True).first.click(force=True)
    page.locator(".menuable__content__active").get_by_role("option", name=option, exact=True).click()


def ready(page):
    page.locator(".tn-map canvas").first.wait_for()
    return page


def step(page, times=1):
    """Steps, and waits for each month to appear."""
    for _ in range(times):
        before = month(page)
        press(page, "Step")
        expect(page.locator(".tn-title").first).not_to_have_text(before)


def steer(page):
    page.get_by_role("tab", name="Steer").click()
    page.get_by_role("button", name="Impose", exact=True).wait_for()


def test_opens_quickly(tab):
    ready(tab())
    started = time.monotonic()
    page = tab()
    page.locator(".tn-map canvas").first.wait_for()
    assert time.monotonic() - started < 8  # 2 s on a quiet machine


def test_step_play_pause_reset(tab):
    page = ready(tab())
    assert month(page) == "Before the first month"
    step(page)
    assert month(page) == "January 2024"
    press(page, "Play")
    page.wait_for_timeout(2000)
    press(page, "Pause")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.wait_for_timeout(600)
    reached = month(page)
    assert reached != "January 2024"
    page.wait_for_timeout(600)
    assert month(page) == reached
    press(page, "Reset")
    expect(page.locator(".tn-title")).to_have_text("Before the first month")


def test_particles_move_and_charts_fill(tab):
    page = ready(tab())
    step(page, 2)
    frames = page.locator(".tn-map").get_attribute("data-frames")
    page.wait_for_timeout(1000)
    assert int(page.locator(".tn-map").get_attribute("data-frames")) - int(frames) > 10
    expect(page.locator(".tn-panel").filter(has_text="China's share of output").locator("b").nth(1)).to_have_text(re.compile(r"\d+.* %"))


def test_reduced_motion_stands_still(tab):
    page = ready(tab(reduced_motion="reduce"))
    page.wait_for_timeout(500)
    frames = page.locator(".tn-map").get_attribute("data-frames")
    page.wait_for_timeout(600)
    assert page.locator(".tn-map").get_attribute("data-frames") == frames


def test_switches_scenario(tab):
    page = ready(tab())
    step(page)
    choose(page, "Scenario", "Balanced")
    expect(page.locator(".tn-title")).to_have_text("Before the first month")
    expect(page.locator(".tn-side")).to_contain_text("Press Play")
    step(page)


def test_keyboard_and_pointer_select(tab):
    page = ready(tab())
    step(page)
    page.locator(".tn-top").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tn-live")).not_to_be_empty()
    page.keyboard.press("Enter")
    expect(page.locator(".tn-side")).to_contain_text("Stocks")
    expect(page.locator(".tn-side")).to_contain_text("Suppliers")
    page.locator(".tn-top").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".tn-side")).to_contain_text("Click a firm or a country")
    box = page.locator(".tn-map-box").bounding_box()
    page.mouse.click(box["x"] + 0.34 * box["width"], box["y"] + 0.12 * box["height"])  # Siberia
    expect(page.locator(".tn-side")).to_contain_text("State; decides by")
    key = page.get_by_role("button", name="Concentrate", exact=True)
    key.click()
    expect(key).to_have_attribute("aria-pressed", "false")


def test_steers(tab):
    page = ready(tab())
    step(page)
    steer(page)
    choose(page, "Instrument", "Tariff")
    choose(page, "Importer (country)", "USA")
    for label, option in (("Origins (country)", "CHN"), ("Goods (good)", "magnet_high")):
        choose(page, label, option)
        page.keyboard.press("Escape")
    page.get_by_label("Rate", exact=True).fill("0.5")
    page.get_by_label("Name", exact=True).fill("Test duty")
    press(page, "Impose")
    expect(page.locator(".tn-said")).to_contain_text("Test duty")
    expect(page.get_by_role("button", name="Lift Test duty")).to_be_visible()
    step(page)
    press(page, "Lift Test duty")
    expect(page.locator(".tn-said")).to_contain_text("ends with")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save scenario").click()
    text = download.value.path().read_text()
    assert "Test duty" in text and 'until = "2024-03"' in text
    expect(page.get_by_role("button", name="Lift Test duty")).to_have_count(0)
    press(page, "Break the truce now")
    expect(page.locator(".tn-said")).to_contain_text("March 2024")
    expect(page.locator(".tn-side")).to_contain_text("(brought forward)")
    step(page)


def test_bad_seed_is_told_beside_the_field(tab):
    page = ready(tab())
    for seed in ("a word", "-3", "1.5", ""):
        page.get_by_label("Seed").fill(seed)
        page.keyboard.press("Enter")
        expect(page.locator(".tn-controls")).to_contain_text(re.compile("give (one such as 1|0 to)"))
    step(page)
    page.get_by_label("Seed").fill("7")
    page.keyboard.press("Enter")
    expect(page.locator(".tn-controls")).not_to_contain_text("give")


def test_bad_instrument_is_told_beside_the_field(tab):
    page = ready(tab())
    steer(page)
    choose(page, "Instrument", "Tariff")
    page.get_by_label("Rate", exact=True).fill("lots")
    press(page, "Impose")
    expect(page.locator(".tn-side")).to_contain_text("'lots' is not a number")
    page.get_by_label("Rate", exact=True).fill("12000")
    press(page, "Impose")
    expect(page.locator(".tn-side")).to_contain_text("missing")
    step(page)


REFUSED = {
    "not toml [": "is not TOML",
    'name = "x"\nsentence = "y"\nfoo = 1': "unknown key",
    'extends = "../../etc/passwd"': "unknown scenario",
    "#" * 70_000: "at most 65,536",
}


def test_own_scenario_is_played_and_a_malformed_one_refused(tab, tmp_path):
    file = tmp_path / "mine.toml"
    page = ready(tab())
    for text, told in REFUSED.items():
        file.write_text(text)
        page.locator(".tn-side input[type=file]").set_input_files(file)
        expect(page.locator(".tn-side")).to_contain_text(told)
    file.write_text('name = "quiet_year"\nsentence = "Nothing happens."\nextends = "balanced"\nlast_month = "2024-03"\n')
    page.locator(".tn-side input[type=file]").set_input_files(file)
    expect(page.locator(".tn-side")).to_contain_text("Nothing happens.")
    step(page, 3)
    expect(page.get_by_role("button", name="Step", exact=True)).to_be_disabled()


def test_two_tabs_do_not_share_a_model(tab):
    one, other = ready(tab()), ready(tab())
    step(one, 3)
    assert (month(one), month(other)) == ("March 2024", "Before the first month")
    step(other)
    assert (month(one), month(other)) == ("March 2024", "January 2024")


def test_compare_keeps_one_clock(tab):
    page = ready(tab("/compare"))
    step(page, 2)
    assert month(page, 0) == "Truce holds, February 2024"
    assert month(page, 1) == "Restrictions resume, February 2024"
    page.get_by_role("button", name="Zoom in").first.click()
    page.get_by_role("button", name="Swarf").first.click()
    expect(page.get_by_role("button", name="Swarf").nth(1)).to_have_attribute("aria-pressed", "false")


def test_ensemble_shows_progress_and_can_be_cancelled(tab):
    page = ready(tab("/compare"))
    choose(page, "Replicates", "10")
    choose(page, "Until", "2028-12")
    press(page, "Run ensemble")
    expect(page.locator(".tn-progress")).to_contain_text("pairs done")
    press(page, "Cancel")
    expect(page.locator(".tn-progress")).to_contain_text("Cancelling")
    expect(page.get_by_role("button", name="Run ensemble")).to_be_enabled(timeout=90_000)


def test_history_fills_point_by_point(tab):
    page = ready(tab("/history"))
    step(page, 2)
    expect(page.locator(".tn-table")).to_contain_text("exports to the world")
    expect(page.locator(".tn-panel").filter(has_text="exports to United States")).to_contain_text("observed")


def test_results_or_how_to_get_them(tab):
    page = tab("/results")
    expect(page.locator(".tn-page")).to_contain_text(re.compile("Lay two runs over each other|No results yet"))


def test_nothing_is_cut_off(tab):
    page = ready(tab())
    for name in ("Explore", "Compare", "Results", "History"):
        page.locator(".tn-nav").get_by_text(name, exact=True).click()
        page.locator(".tn-here", has_text=name).wait_for()
        for width in (420, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(250)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_and_light(tab):
    page = ready(tab())
    first = page.evaluate("getComputedStyle(document.querySelector('.tn-map')).backgroundColor")
    for _ in range(3):
        page.locator(".tn-head button").last.click()
        page.wait_for_timeout(200)
        if page.evaluate("getComputedStyle(document.querySelector('.tn-map')).backgroundColor") != first:
            return
    pytest.fail("the theme never changed")


def test_other_folders_are_not_served(tab, address):
    page = tab("/results")
    for path in ("/results/../pyproject.toml", "/static/public/../../pyproject.toml", "/static/assets/%2e%2e/%2e%2e/pyproject.toml"):
        assert "magnet-trade-network" not in page.request.get(address + path).text()
    assert page.request.get(address, headers={"Host": "stranger.example"}).status == 400
