"""What the page calls things: plain words for goods, stages, sectors, markets and months."""

from model.names import month_index

GOODS = {
    "concentrate": "Concentrate", "oxide_NdPr": "NdPr oxide", "oxide_Dy": "Dy oxide", "oxide_Tb": "Tb oxide", "metal_NdPr": "NdPr metal",
    "magnet_standard": "Standard magnets", "magnet_high": "High-grade magnets", "magnet_extreme": "Extreme-grade magnets", "swarf": "Swarf",
}  # fmt: skip
STAGES = {"mine": "Mines", "refine": "Refining", "metal": "Metal", "magnet": "Magnets"}
SECTORS = {
    "ev_traction": "EV motors", "auto_other": "Other automotive", "wind": "Wind turbines", "hvac": "Air conditioning", "consumer_electronics": "Electronics",
    "industrial_robots_motors": "Robots and motors", "two_wheelers": "Two-wheelers", "elevators_appliances_tools": "Lifts, appliances, tools",
    "medical_separation_other": "Medical, separation", "defence_aerospace": "Defence and aerospace", "drones_advanced_air": "Drones",
    "nonmagnet_ndpr": "NdPr oxide outside magnets", "nonmagnet_dy": "Dy oxide outside magnets", "nonmagnet_tb": "Tb oxide outside magnets",
}  # fmt: skip
KINDS = {"Miner": "Mine", "Refiner": "Refinery", "MetalMaker": "Metal maker", "MagnetMaker": "Magnet maker", "Recycler": "Recycler", "OEM": "Industry", "State": "State"}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
STAGE_UNITS = {"mine": "t REO", "refine": "t NdPr oxide", "metal": "t NdPr metal", "magnet": "t magnets", "recycle": "t NdPr oxide", "oem": "t"}


def month(text: str | None) -> str:
    """ "2026-11" as "November 2026"."""
    if text is None:
        return "Before the first month"
    index = month_index(text)
    return f"{MONTHS[index % 12]} {2024 + index // 12}"


def scenario(name: str) -> str:
    """A scenario's name as a title."""
    return name.replace("_", " ").capitalize()


def place(name: str, country: str) -> str:
    """A firm's name, or "EV motors in Japan" for a sector in a region."""
    sector = name.split("@")[0]
    return f"{SECTORS[sector]} in {country}" if "@" in name and sector in SECTORS else name


def listed(names: list[str], most: int = 3) -> str:
    """ "a; b; c and 4 more"."""
    return "; ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def number(value: float) -> str:
    """Three figures are enough for a reader."""
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
