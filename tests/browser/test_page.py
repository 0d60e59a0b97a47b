"""The page in a real browser: what a visitor does, and what must not happen.

Nothing here counts seconds or looks once: every look waits, patiently, until the page shows what it should.
"""

import re

import pytest
from browser.awkward import FAULTY
from browser.serving import PATIENCE
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

START = "Before the first month"
SECOND = "(selector) => document.querySelectorAll(selector)[1].toDataURL()"
"""The picture on the second map's canvas."""
FRAMES = """async (selector) => {
    const look = () => document.querySelector(selector).toDataURL(), before = look();
    for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
    return (look() === before) === STILL;
}"""
"""Whether a canvas looks the same (or another) after twenty frames."""
FITS = """(width) => innerWidth === width && document.documentElement.scrollWidth <= width
    && [...document.querySelectorAll(".tn-map-box")].every((box) => box.querySelector(".tn-top").clientWidth === box.clientWidth)"""
"""Whether the page has taken a new width, its maps too, and nothing hangs out of it."""


def months(page):
    """The months written on the maps, "November 2026"."""
    return page.locator(".tn-title")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


LONGEST_LIST = 20
"""How often a list is scrolled on until all of it is shown."""


def choose(page, label, option):
    """Picks from a drop-down list, with the keyboard, since forms move while they change."""
    page.get_by_label(label, exact=True).first.press("Enter")
    menu = page.locator(".menuable__content__active")
    for _ in range(LONGEST_LIST):  # a long list shows its first lines until it is scrolled
        if menu.get_by_role("option", name=option, exact=True).count():
            break
        menu.evaluate("menu => menu.scrollTo(0, menu.scrollHeight)")
        page.wait_for_timeout(100)
    menu.get_by_role("option", name=option, exact=True).click()


def ready(page, maps=1):
    """Waits until every map has its size and its firms."""
    expect(page.locator(".tn-top[style*=width]")).to_have_count(maps)
    return page


def step(page, times=1):
    """Steps, and waits for each month to appear on every map."""
    for _ in range(times):
        before = months(page).all_inner_texts()
        press(page, "Step")
        for place, text in enumerate(before):
            expect(months(page).nth(place)).not_to_have_text(text)


def steer(page):
    page.get_by_role("tab", name="Steer").click()
    page.get_by_role("button", name="Impose", exact=True).wait_for()


def test_step_play_pause_reset(tab):
    page = ready(tab())
    expect(months(page)).to_have_text(START)
    step(page)
    expect(months(page)).to_have_text("January 2024")
    press(page, "Play")
    expect(months(page)).to_have_text(re.compile("2025"))
    press(page, "Pause")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    reached = months(page).inner_text()
    step(page)
    expect(months(page)).to_have_text(following(reached))
    press(page, "Reset")
    expect(months(page)).to_have_text(START)


def following(month):
    """ "December 2025" to "January 2026"."""
    names = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
    name, year = month.split()
    place = names.index(name) + 1
    return f"{names[place % 12]} {int(year) + place // 12}"


def test_particles_move_and_charts_fill(tab):
    page = ready(tab())
    step(page, 2)
    page.wait_for_function(FRAMES.replace("STILL", "false"), arg=".tn-top")
    expect(page.locator(".tn-panel").filter(has_text="China's share of output").locator("b").nth(1)).to_have_text(re.compile(r"\d+.* %"))


def test_reduced_motion_stands_still(tab):
    page = ready(tab(reduced_motion="reduce"))
    step(page)
    page.wait_for_function(FRAMES.replace("STILL", "true"), arg=".tn-top")


def test_switches_scenario(tab):
    page = ready(tab())
    step(page)
    choose(page, "Scenario", "Balanced")
    expect(months(page)).to_have_text(START)
    expect(page.get_by_text("Press Play")).to_be_visible()
    expect(page.locator(".tn-side")).to_contain_text("stands still")
    step(page)
    expect(page.get_by_text("Press Play")).to_be_hidden()


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
    expect(page.locator(".tn-side")).to_contain_text("Ad valorem duty, added")  # the first of the list has a rate as well
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
    expect(page.get_by_role("button", name="Lift Test duty")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save scenario").click()
    text = download.value.path().read_text()
    assert "Test duty" in text and 'until = "2024-03"' in text
    press(page, "Break the truce now")
    expect(page.locator(".tn-said")).to_contain_text("none stands in 2024-03, one begins in 2025-11")
    step(page)


BAD_SEEDS = {"a word": "'a word' is not a whole number", "-3": "-3 is out of range; give 0 to", "1.5": "'1.5' is not a whole number", "": "'' is not a whole number"}


def test_bad_seed_is_told_beside_the_field(tab):
    page = ready(tab())
    for seed, told in BAD_SEEDS.items():
        page.get_by_label("Seed").fill(seed)
        page.keyboard.press("Enter")
        expect(page.locator(".tn-controls")).to_contain_text(told)
    step(page)
    page.get_by_label("Seed").fill("7")
    page.keyboard.press("Enter")
    expect(page.locator(".tn-controls")).not_to_contain_text("give")
    expect(months(page)).to_have_text(START)


def test_bad_instrument_is_told_beside_the_field(tab):
    page = ready(tab())
    steer(page)
    choose(page, "Instrument", "Tariff")
    expect(page.locator(".tn-side")).to_contain_text("Ad valorem duty, added")  # the first of the list has a rate as well
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


def test_a_model_error_is_told_with_month_and_account_and_reset_recovers(tab):
    page = ready(tab())
    page.get_by_label("Seed").fill(str(FAULTY))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Seed")).to_have_value(str(FAULTY))
    step(page, 2)
    press(page, "Step")
    expect(page.locator(".tn-trouble")).to_contain_text(re.compile("2024-03.*inputs.*Press Reset"))
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    expect(months(page)).to_have_text("February 2024")
    press(page, "Reset")
    expect(months(page)).to_have_text(START)
    expect(page.locator(".tn-trouble")).to_have_count(0)
    step(page)


@pytest.mark.slow
def test_two_tabs_do_not_share_a_model(tab):
    one, other = ready(tab()), ready(tab())
    step(one, 3)
    expect(months(one)).to_have_text("March 2024")
    expect(months(other)).to_have_text(START)
    step(other)
    expect(months(other)).to_have_text("January 2024")
    expect(months(one)).to_have_text("March 2024")


def test_compare_keeps_one_clock(tab):
    page = ready(tab("/compare"), maps=2)
    step(page, 2)
    expect(months(page)).to_have_text(["Truce holds, February 2024", "Restrictions resume, February 2024"])
    for canvas, button in ((".tn-land", page.get_by_role("button", name="Zoom in").first), (".tn-net", page.get_by_role("button", name="Swarf", exact=True))):
        before = page.evaluate(SECOND, canvas)
        button.click()
        page.wait_for_function(f"([canvas, before]) => ({SECOND})(canvas) !== before", arg=[canvas, before])


@pytest.mark.slow
def test_ensemble_shows_its_fans(tab):
    page = ready(tab("/compare"), maps=2)
    choose(page, "Replicates", "10")
    choose(page, "Until", "2028-12")
    press(page, "Run ensemble")
    expect(page.locator(".tn-h2").filter(has_text="Difference: Restrictions resume less Truce holds (10 pairs)")).to_be_visible(timeout=10_000 * PATIENCE)
    expect(page.locator(".tn-charts").last.locator(".tn-serie b").first).to_have_text(re.compile(r"\(.+ to .+\)"))


def test_ensemble_shows_progress_and_can_be_cancelled(tab):
    page = ready(tab("/compare"), maps=2)
    choose(page, "Replicates", "100")
    choose(page, "Until", "2035-12")
    press(page, "Run ensemble")
    expect(page.locator(".tn-progress")).to_contain_text("of 100 pairs done")
    press(page, "Cancel")
    expect(page.get_by_role("button", name="Run ensemble")).to_be_enabled()
    expect(page.get_by_text("100 pairs)")).to_have_count(0)


def test_history_fills_point_by_point(tab):
    page = ready(tab("/history"))
    step(page, 2)
    expect(page.locator(".tn-table")).to_contain_text("exports to the world")
    expect(page.locator(".tn-panel").filter(has_text="China's magnets to the United States")).to_contain_text("observed")


CONTENTS = {"Explore": "This month", "Compare": "Many pairs", "Results": re.compile("Lay two runs over each other|No results yet"), "History": "Point by point"}
"""What each page shows when it is whole."""


@pytest.mark.slow
def test_nothing_is_cut_off(tab):
    page = ready(tab())
    for name, content in CONTENTS.items():
        page.locator(".tn-nav").get_by_text(name, exact=True).click()
        page.locator(".tn-here", has_text=name).wait_for()
        expect(page.locator(".tn-body")).to_contain_text(content)
        for width in (420, 1920, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(FITS, arg=width)


def test_dark_and_light(tab):
    page = ready(tab())
    land, colour = page.locator(".tn-map"), "getComputedStyle(document.querySelector('.tn-map')).backgroundColor"
    first = page.evaluate(colour)
    press(page, "Dark colours")
    expect(land).not_to_have_css("background-color", first)
    press(page, "Light colours")
    expect(land).to_have_css("background-color", first)


def test_other_folders_are_not_served(tab, address):
    page = tab("/results")
    for path in ("/results/../pyproject.toml", "/static/public/../../pyproject.toml", "/static/assets/%2e%2e/%2e%2e/pyproject.toml"):
        assert "magnet-trade-network" not in page.request.get(address + path).text()
    assert page.request.get(address, headers={"Host": "stranger.example"}).status == 400
