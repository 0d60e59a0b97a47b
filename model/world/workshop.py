"""`python -m model.world`: check a world's folder, rebuild its links, or start one of your own."""

import argparse
import itertools
import math
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pandas as pd
import tomli_w

from model import schema, seen, sheet, tables
from model.chain import chain_of
from model.errors import InputError, tell_and_exit
from model.folder import SETTINGS, Folder, found_folder, settings_of, shipped
from model.names import CHINA
from model.patches import Patch
from model.scenario import Scenario
from model.settings import Settings
from model.start.linking import Books, misses, rebuilt
from model.world import World
from model.world.doubles import refuse_doubles
from model.world.record import check_programmes

EARTH_RADIUS = 6371.0
"""Kilometres."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line with what to do."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; --help shows the options")


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    with tell_and_exit():
        given = parser().parse_args(sys.argv[1:] if arguments is None else arguments)
        print(given.act(given))


def parser() -> argparse.ArgumentParser:
    """The three acts, each with a word of help."""
    options = Parser(prog="python -m model.world", description="Worlds are folders of tables; the shipped ones are " + ", ".join(shipped()) + ".")
    acts = options.add_subparsers(required=True, metavar="ACT", parser_class=Parser)
    check = acts.add_parser("check", help="say in one line what is missing or does not balance, or that all is well")
    check.set_defaults(act=lambda given: checked(given.folder))
    balance = acts.add_parser("balance", help="rebuild links.csv from what is made and needed, and fill in missing lanes")
    balance.set_defaults(act=lambda given: balanced(given.folder))
    new = acts.add_parser("new", help="start a world of your own from a shipped one")
    new.set_defaults(act=lambda given: started(given.folder, given.source, given.overlay))
    for act in (check, balance, new):
        act.add_argument("folder", type=Path, metavar="DIR", help="the world's folder" if act is not check else "the world's folder, or a shipped world's name")
    new.add_argument("--from", dest="source", default="gallium", metavar="WORLD", help="shipped world to copy or to extend (default %(default)s, the smallest)")
    new.add_argument("--overlay", action="store_true", help="extend it instead of copying it: then give only the rows that differ")
    return options


def checked(folder: Path) -> str:
    """A world that can be run in a few words; InputError if it cannot. Every miss of its links is told, not the first alone."""
    opened = Folder.open(folder)
    Settings.of(opened.settings)
    frames = tables.read(opened)
    chain = chain_of(frames["elements"], frames["goods"], frames["processes"], frames["recipes"], frames["price_classes"])
    found = misses(frames["links"], Books(frames, chain))
    own = any(layer == len(opened.layers) - 1 for layer, _ in opened.files("links.csv"))
    if found and own:
        lines = [f"links.csv: {name}: {by_table:,.6g} t of {good} {'made' if end == 'supplier' else 'needed'}, {by_links:,.6g} t in the links" for end, name, good, by_table, by_links in found]
        print("\n".join(lines[:SHOWN]), file=sys.stderr)
        raise InputError(f"links.csv: {len(found)} sums do not balance; correct them, or rebuild them: python -m model.world balance {folder}")
    world = World.load(folder)
    check_storylines(world)
    check_programmes(world)
    for table in schema.SEEN.values():
        seen.load(opened, table, world.start)
    sheet.load(opened, schema.PUBLISHED, {})
    made = [f"{good} {share_of_china(world, good)}" for good in chain.goods if good not in {chain.goods[at] for at in chain.scrap}]
    kinds = world.entities["process"].value_counts(sort=False)
    return f"{world.name}: balanced; from {world.start}; {', '.join(f'{count} {does}' for does, count in kinds.items())}; {world.relations.good.size} relations; t a year: {', '.join(made)}"


def check_storylines(world: World) -> None:
    """Reads every storyline, lays every patch over each that goes on beyond history, and refuses floors that contracts hold already."""
    patches, storylines = [Patch.load(name, world) for name in Patch.names(world)], Scenario.names(world)
    for name in storylines:
        scenario = Scenario.load(name, world)
        refuse_doubles(scenario, world)
        for patch in patches if scenario.last_month > world.history_end else ():
            if patch.name in storylines:
                raise InputError(f"patches/{patch.name}.toml: a storyline has that name too; give another")
            refuse_doubles(scenario.patched([patch]), world)


SHOWN = 20
"""Misses of links that are told."""


def share_of_china(world: World, good: str) -> str:
    """Tonnes of a good in the links, and China's share of them."""
    rel, at_home = world.relations, (world.entities.country == CHINA).to_numpy()
    tonnes = rel.tonnes * (rel.good == world.chain.index(good))
    total = tonnes.sum()
    part = (tonnes * at_home[rel.seller]).sum() / total if total > 0 else 0.0
    return f"{total:,.6g} ({CHINA} {part:.0%})"


def balanced(folder: Path) -> str:
    """Writes lanes that are missing and links that add up into a folder; says what was written."""
    refuse_shipped(folder)
    opened = Folder.open(folder)
    written = missing_lanes(opened)
    frames = tables.read(Folder.open(folder), linked=False)
    chain = chain_of(frames["elements"], frames["goods"], frames["processes"], frames["recipes"], frames["price_classes"])
    books = Books(frames, chain)
    links = rebuilt(frames, chain, Settings.of(opened.settings).ways, books)
    written += scaled(folder, frames["firms"], books)
    links.to_csv(folder / "links.csv", index=False, float_format="%.8g")
    return f"{folder / 'links.csv'}: {len(links)} links, {int((links['tonnes_base'] > 0).sum())} of them with trade{written}"


def scaled(folder: Path, firms: pd.DataFrame, books: Books) -> str:
    """Writes what firms make and take where it had to be scaled to what is needed: whole tables of a world that stands alone, the rows that differ of an overlay."""
    told = []
    own = {name: (folder / f"{name}.csv").exists() for name in ("firms", "outputs")}
    changed = {row.entity: {"production_base_t": row.production_base_t * factor, "feed_base_t": row.feed_base_t * factor, "collected_base_t": row.collected_base_t * factor, "capacity_base_t_per_year": max(row.capacity_base_t_per_year, row.production_base_t * factor)}
               for row in firms.itertuples() for factor in [books.factor.get(row.entity, 1.0)] if abs(factor - 1.0) > ROUNDED}  # fmt: skip
    if changed:
        told.append(write_rows(folder / "firms.csv", ("entity",), {(name,): cells for name, cells in changed.items()}, own["firms"]))
    outputs: dict[tuple[str, ...], dict[str, float]] = {key: {"production_base_t": books.sold[key]} for key, made in books.outputs.items() if key in books.sold and abs(books.sold[key] - made) > ROUNDED * max(made, 1.0)}
    if outputs:
        told.append(write_rows(folder / "outputs.csv", ("entity", "good"), outputs, own["outputs"]))
    return "".join(f"; {text}" for text in told)


ROUNDED = 1e-4
"""Share by which what a firm makes may miss what it sells before it is written anew."""


def write_rows(path: Path, key: tuple[str, ...], changed: dict[tuple[str, ...], dict[str, float]], own: bool) -> str:
    """Puts figures into the rows of a table; rows it does not have are added."""
    rows = pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records") if own else []
    known = {tuple(row[name] for name in key): row for row in rows}
    for name, cells in changed.items():
        row = known.get(name)
        if row is None:
            row = dict(zip(key, name, strict=True))
            rows.append(row)
        row.update({column: f"{value:.8g}" for column, value in cells.items() if not math.isnan(value)})
    pd.DataFrame(rows).fillna("").to_csv(path, index=False)
    return f"{path.name}: what {len(changed)} make is scaled to what is needed"


def refuse_shipped(folder: Path) -> None:
    """Shipped worlds are not written into."""
    if str(folder) in shipped():
        raise InputError(f"{folder} is a shipped world; start one of your own with: python -m model.world new DIR --from {folder}")


def missing_lanes(folder: Folder) -> str:
    """Lanes between countries with firms or users that no table lists are those of the nearest country that has one; each row says whose."""
    countries = sheet.load(folder, schema.COUNTRIES, {}).set_index("country")
    lanes = sheet.load(folder, schema.LANES, {"country": tuple(countries.index)}).set_index(["origin", "destination"], drop=False)
    used = {country for name in ("firms", "demand", "pipeline", "stocks") for found in [sheet.joined(folder, schema.TABLES[name])] if found for country in found.cells["country"]}
    for country in sorted(used - set(countries.index)):
        raise InputError(f"countries.csv: no row for {country}; add it, with its coordinates")
    listed, rows = set(lanes.index), []
    for pair in itertools.product(sorted(used), repeat=2):
        if pair not in listed:
            like = min(sorted(listed), key=lambda other: ((other[0] == other[1]) != (pair[0] == pair[1]), sum(distance(countries.loc[one], countries.loc[two]) for one, two in zip(pair, other, strict=True))))
            rows.append(lanes.loc[[like]].assign(origin=pair[0], destination=pair[1], notes=f"as {like[0]} to {like[1]}, the nearest that is listed"))
    if not rows:
        return ""
    added, path = pd.concat(rows), folder.path / "lanes.csv"
    told = sorted({country for origin, destination in zip(added["origin"], added["destination"], strict=True) for country in (origin, destination) if (country, country) not in listed})
    if path.exists():
        added = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False), added])
    added.to_csv(path, index=False)
    return f"; {path}: {len(rows)} lanes added" + (f", all those of {', '.join(told)}" if told else "")


def distance(one: pd.Series, other: pd.Series) -> float:
    """Kilometres on the globe between two rows of countries.csv."""
    (a, b), (c, d) = ((math.radians(row["latitude"]), math.radians(row["longitude"])) for row in (one, other))
    return EARTH_RADIUS * math.acos(min(1.0, math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)))


def started(folder: Path, source: str, overlay: bool) -> str:
    """Makes a folder with a world of one's own; refuses one that holds anything."""
    if folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder}: holds something already; name a new folder")
    origin = found_folder(source, Path())
    said = settings_of(origin)
    if overlay:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SETTINGS).write_text(tomli_w.dumps({"name": folder.name, "sentence": f"{said.get('sentence', source)} With data of its own.", "extends": source}), encoding="utf-8")
        columns = {name: table.key for name, table in schema.TABLES.items()}
        return f"{folder / SETTINGS}: extends {source}; now add rows that differ, such as demand.csv with {', '.join(columns['demand'])} and base_demand_t; then: python -m model.world check {folder}"
    shutil.copytree(origin, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("evidence", "__pycache__"))
    text = (folder / SETTINGS).read_text(encoding="utf-8").replace(f'name = "{said["name"]}"', f'name = "{folder.name}"', 1)
    (folder / SETTINGS).write_text(text, encoding="utf-8")
    return f"{folder}: a copy of {source} under the name {folder.name}; change its tables, then: python -m model.world balance {folder}, and run it: python -m experiments.truce_vs_resume --world {folder}"
