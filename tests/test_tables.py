"""The tables: what ships can be used and agrees with published figures; what cannot be used is refused with one line."""

import csv
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from model import sheet
from model.checked import DATA
from model.errors import InputError
from model.policies.regimes import perceived, regimes
from model.schema import CONFIDENCE
from model.tables import DEFINES, SCHEMAS, Tables, firm_names
from model.world import real_world


@pytest.fixture(scope="module")
def tables():
    return Tables.load()


@pytest.fixture
def folder(tmp_path):
    for table in SCHEMAS.values():
        shutil.copy(DATA / table.file, tmp_path)
    return tmp_path


def edit(path, change):
    """Rewrite a CSV file after `change` has worked on its lines (lists of cells, the header first)."""
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    change(lines)
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)


def put(path, row, column, value):
    """Write one cell; rows as a spreadsheet counts them."""
    edit(path, lambda lines: lines[row - 1].__setitem__(lines[0].index(column), value))


def row_of(path, **cells):
    """Spreadsheet row of the first line with these cells."""
    with open(path, encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        return next(row for row, line in enumerate(lines, start=2) if all(line[name] == cell for name, cell in cells.items()))


def refusal(folder):
    with pytest.raises(InputError) as caught:
        Tables.load(folder)
    line = str(caught.value)
    assert "\n" not in line and ";" in line, line
    return line


BROKEN_CELLS = [
    ("mines.csv", 2, "country", "CHM", 'unknown country "CHM"; did you mean "CHN"?'),
    ("mines.csv", 4, "production_2024_t", "-10000", "-10000 is negative; write a number from 0 to 10,000,000 (t)"),
    ("mines.csv", 4, "production_2024_t", "ten", '"ten" is not a number'),
    ("mines.csv", 4, "production_2024_t", "NaN", '"NaN" is not a number'),
    ("mines.csv", 4, "production_2024_t", "inf", '"inf" is not a number'),
    ("mines.csv", 4, "production_2024_t", "", "empty; fill it in"),
    ("mines.csv", 4, "production_2025_t", "nan", '"nan" is not a number'),
    ("mines.csv", 2, "deposit_type", "bayan_oboe", 'unknown deposit type "bayan_oboe"; did you mean "bayan_obo"?'),
    ("mines.csv", 2, "tonnage_basis", "kg REO", '"kg REO" where stage is mine; convert the row and write "t REO"'),
    ("mines.csv", 2, "material", "REO", 'unknown material "REO"; did you mean "REE"?'),
    ("mines.csv", 3, "entity", "Bayan Obo", 'duplicate of "Bayan Obo"; remove one or rename it'),
    ("mines.csv", 3, "source", " ", "empty; fill it in"),
    ("mines.csv", 3, "confidence", "sure", 'unknown confidence "sure"'),
    ("refiners.csv", 2, "tonnage_basis", "t oxide", '"t oxide" where stage is refine; convert the row'),
    ("refiners.csv", 2, "recovery_ndpr", "1.2", "1.2 is too large; write a number from 0 to 1 (share of 1)"),
    ("magnet_makers.csv", 2, "uses_hree", "0.5", "0.5 is not a whole number"),
    ("magnet_makers.csv", 2, "capacity_2024_t_blank_per_year", "38,000", '"38,000" is not a number'),
    ("recycling.csv", 2, "tonnage_basis", "kg", "unknown tonnage_basis"),
    ("demand.csv", 2, "sector", "ev_tracktion", 'unknown sector "ev_tracktion"; did you mean "ev_traction"?'),
    ("demand.csv", 2, "country", "EU", 'unknown country "EU"'),
    ("sectors.csv", 2, "share_standard", "0.5", "shares of the grades sum to 1.2, not 1"),
    ("sectors.csv", 2, "price_elasticity", "0.05", "0.05 is too large; write a number from -10 to 0 (dimensionless)"),
    ("mines.csv", 2, "production_2024_t", "1e30", "1e30 is too large; write a number from 0 to 10,000,000 (t)"),
    ("magnet_makers.csv", 2, "finished_per_blank", "0", "0 is too small; write a number from 0.01 to 1 (share of 1)"),
    ("demand.csv", 2, "growth_2024_2030_pct_per_year", "-100", "-100 is too small; write a number from -50 to 100 (%/year)"),
    ("lanes.csv", 5, "months", "1e30", "1e30 is too large; write a number from 1 to 12 (months)"),
    ("material_balance.csv", 2, "value", "1.2", "1.2 is too large; write a number from 0 to 1 (fraction)"),
    ("material_balance.csv", 2, "value", "0", "ndpr_share_of_reo is 0; write a number above 0"),
    ("material_balance.csv", 84, "value", "0.9", "0.9 kg of oxide hold a kg of metal; write a number from 1 up"),
    ("material_balance.csv", 87, "value", "0", "reduction_yield is 0; write a number above 0"),
    ("costs.csv", 2, "value", "1e7", "1e7 is too large; write a number from 0 to 1,000,000 (as the row's unit)"),
    ("grades.csv", 2, "ndpr_kg_per_kg_finished", "0", "0 is too small; write a number from 0.01 to 1 (share of 1)"),
    ("grades.csv", 2, "machining_yield_row", "0", "0 is too small; write a number from 0.01 to 1 (share of 1)"),
    ("grades.csv", 2, "grade", "medium", 'unknown grade "medium"'),
    ("material_balance.csv", 2, "unit", "%", 'where parameter is ndpr_share_of_reo; convert the row and write "fraction"'),
    ("countries.csv", 2, "import_group", "PRC", 'unknown import_group "PRC"'),
    ("countries.csv", 2, "latitude", "128", "128 is too large; write a number from -90 to 90 (degrees)"),
    ("lanes.csv", 5, "months", "0", "0 is too small; write a number from 1 to 12 (months)"),
    ("lanes.csv", 5, "months", "1.5", "1.5 is not a whole number; round it"),
    ("links.csv", 2, "supplier", "Kachin clays", 'called "Kachin clays"; did you mean "Kachin / Wa ionic clays"?'),
    ("links.csv", 2, "buyer", "CREG", 'no entity or sector@country is called "CREG"'),
    ("links.csv", 2, "supplier_country", "CHN", "Kachin / Wa ionic clays is in MMR; write that"),
    ("links.csv", 2, "good", "oxide_nd", 'unknown good "oxide_nd"; did you mean "oxide_NdPr"?'),
    ("links.csv", 2, "good", "metal_NdPr", "a supplier of kind mine does not deal in metal_NdPr; correct either"),
    ("links.csv", 2, "qualified", "0", "0 on a link that has a weight; write 1"),
    ("costs.csv", 2, "unit", "USD/t", 'where stage is mine; convert the row and write "USD/kg REO in concentrate"'),
    ("costs.csv", 2, "date", "24", '"24" is not a month; write YYYY-MM'),
    ("pipeline.csv", 2, "start", "2028-13", '"2028-13" is not a month; write YYYY-MM'),
    ("pipeline.csv", 2, "success_probability", "85", "85 is too large; write a number from 0 to 1"),
    ("pipeline.csv", 2, "success_probability", "-0.1", "-0.1 is negative"),
    ("pipeline.csv", 2, "capacity_basis", "t blank", 'where stage is magnet; convert the row and write "t finished magnet"'),
    ("pipeline.csv", 2, "good", "magnets", 'unknown good "magnets"; did you mean "magnet"?'),
]


@pytest.mark.parametrize(("file", "row", "column", "value", "text"), BROKEN_CELLS)
def test_a_broken_cell_is_refused_by_file_row_and_column(folder, file, row, column, value, text):
    put(folder / file, row, column, value)
    line = refusal(folder)
    assert line.startswith(f"{file} row {row}, column {column}: ") and text in line, line


@pytest.fixture(scope="module")
def known(tables):
    """The words that the tables define for one another."""
    return {word: list(words) for name, define in DEFINES.items() for word, words in define(getattr(tables, name)).items()}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_no_column_of_numbers_takes_more_or_less_than_its_bounds(folder, known, name):
    table = SCHEMAS[name]
    original = (DATA / table.file).read_bytes()
    row = sheet.kept(folder, table).rows[0]
    for column, what in table.columns.items():
        for value in ("1e30", "-1e30", "nan", "-inf", "1" * 400, "0x10", "\u2603") if what.unit else ():
            (folder / table.file).write_bytes(original)
            put(folder / table.file, row, column, value)
            with pytest.raises(InputError) as caught:
                sheet.load(folder, table, known)
            line = str(caught.value)
            assert line.startswith(f"{table.file} row {row}, column {column}: ") and what.unit in line and len(line) < 300, line
            assert value not in ("1e30", "-1e30") or line.endswith(f"write a number {what.bounds()} ({what.unit})"), line


def test_a_cell_is_not_repeated_without_end(folder):
    put(folder / "mines.csv", 2, "country", "C" * 5000)
    assert len(refusal(folder)) < 300
    put(folder / "mines.csv", 2, "country", "CHN")
    put(folder / "mines.csv", 2, "production_2024_t", "x" * 5000)
    assert len(refusal(folder)) < 300


def test_an_entity_in_two_tables_is_refused(folder):
    put(folder / "metal_makers.csv", 2, "entity", "JL Mag")
    assert refusal(folder).startswith('magnet_makers.csv row 2, column entity: duplicate of "JL Mag" in another table;')


@pytest.mark.parametrize(("file", "key"), [("demand.csv", "sector"), ("lanes.csv", "origin"), ("links.csv", "supplier")])
def test_a_row_given_twice_is_refused(folder, file, key):
    edit(folder / file, lambda lines: lines.insert(2, lines[1]))
    assert refusal(folder).startswith(f'{file} row 3, column {key}: duplicate of "')


def test_weights_that_do_not_sum_to_one_name_buyer_and_good(folder):
    row = row_of(folder / "links.csv", supplier="Kachin / Wa ionic clays", good="concentrate", qualified="1")
    put(folder / "links.csv", row, "share_of_buyer", "0.8")
    line = refusal(folder)
    assert line.startswith(f"links.csv row {row}, column share_of_buyer: weights of CREG / private HREE separation")
    assert "for concentrate sum to 0.89224, not 1" in line


def test_a_new_mine_without_its_ore_is_refused(folder):
    row = row_of(folder / "pipeline.csv", stage="mine", good="concentrate")
    put(folder / "pipeline.csv", row, "deposit_type", "")
    assert refusal(folder).startswith(f"pipeline.csv row {row}, column deposit_type: empty for a mine;")


def test_goods_start_with_a_price_above_nothing(folder):
    row = row_of(folder / "costs.csv", kind="price", product="oxide_Tb", country_or_market="Europe")
    put(folder / "costs.csv", row, "value", "0")
    assert refusal(folder) == f"costs.csv row {row}, column value: 0 is no price; write a number above 0"
    edit(folder / "costs.csv", lambda lines: lines.pop(row - 1))
    assert refusal(folder) == "costs.csv column product: no starting price of oxide_Tb in Europe; add the row"


def test_a_missing_lane_names_the_pair(folder):
    edit(folder / "lanes.csv", lambda lines: lines.pop(row_of(folder / "lanes.csv", origin="CHN", destination="USA") - 1))
    assert refusal(folder) == "lanes.csv column destination: no lane from CHN to USA; add the row"


def test_a_deposit_without_its_whole_basket_does_not_count(folder):
    row = row_of(folder / "material_balance.csv", item="bayan_obo", parameter="tb_share_of_reo")
    edit(folder / "material_balance.csv", lambda lines: lines.pop(row - 1))
    assert refusal(folder).startswith('mines.csv row 2, column deposit_type: unknown deposit type "bayan_obo"')


def test_a_missing_file_is_refused(folder):
    (folder / "lanes.csv").unlink()
    assert refusal(folder) == f"lanes.csv: no such file in {folder}; put the table back"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_missing_column_is_refused_in_every_table(folder, name):
    table = SCHEMAS[name]
    for column in (table.key[-1], list(table.columns)[-1]):
        shutil.copy(DATA / table.file, folder)
        edit(folder / table.file, lambda lines, column=column: lines[0].__setitem__(lines[0].index(column), f"{column}_old"))
        assert refusal(folder) == f'{table.file} row 1, column {column}: missing; rename "{column}_old" if that is it'


@pytest.mark.parametrize("keep", [0, 1], ids=["no line", "header only"])
@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_an_empty_table_is_refused(folder, name, keep):
    file = SCHEMAS[name].file
    edit(folder / file, lambda lines: lines.__delitem__(slice(keep, None)))
    assert refusal(folder).startswith(f"{file}: the table is empty;")


def test_a_missing_grade_is_refused(folder):
    edit(folder / "grades.csv", lambda lines: lines.pop())
    assert refusal(folder) == "grades.csv column grade: no row for extreme; add one"


def test_a_torn_line_is_refused(folder):
    edit(folder / "mines.csv", lambda lines: lines[4].append("stray"))
    assert refusal(folder).startswith("mines.csv row 5: 22 cells under 21 headings;")


def test_a_column_named_twice_is_refused(folder):
    edit(folder / "mines.csv", lambda lines: [line.append(line[2]) for line in lines])
    assert refusal(folder).startswith("mines.csv row 1, column country: two columns of this name;")


@pytest.mark.parametrize("content", [b"entity,country\n\xff\xfe,CHN\n", b'entity,country\n"open quote,CHN\n'])
def test_what_is_not_csv_in_utf8_is_refused(folder, content):
    (folder / "mines.csv").write_bytes(content)
    assert re.match(r"mines\.csv: (not UTF-8 text|cannot be read as CSV)", refusal(folder))


@pytest.mark.parametrize("change", [lambda text: b"\xef\xbb\xbf" + text, lambda text: text.replace(b"\n", b"\r\n")], ids=["byte order mark", "lines of Windows"])
def test_a_table_may_come_from_any_spreadsheet(folder, tables, change):
    for path in folder.glob("*.csv"):
        path.write_bytes(change(path.read_bytes().replace(b"\r\n", b"\n")))
    again = Tables.load(folder)
    assert all(getattr(again, name).equals(getattr(tables, name)) for name in SCHEMAS)


def test_a_folder_that_can_only_be_read_will_do(folder, tables):
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert Tables.load(folder).mines.equals(tables.mines)
    folder.chmod(0o755)


def test_what_is_no_file_is_refused(folder):
    path = folder / "mines.csv"
    path.unlink()
    path.mkdir()
    assert refusal(folder).startswith("mines.csv: cannot be read as CSV (")
    path.rmdir()
    path.symlink_to(path)
    assert refusal(folder).startswith("mines.csv: cannot be read as CSV (")


def test_firms_are_named_without_the_world_being_built():
    assert set(firm_names()) == set(real_world().entities.index)


# The ladder of regimes

BROKEN_REGIMES = [
    ("controlled_share", "1.2", "must be less than or equal to 1, not '1.2'; give the share of exports that needs a licence, 0 to 1"),
    ("minimum_months", "5", "must be less than or equal to 4, not '5'; give the shortest wait in whole months, 0 to 4"),
    ("minimum_months", "1.5", "must be a valid integer"),
    ("monthly_approval_rate", "", "must be a valid number"),
    ("capacity_share_of_mean_flow_prior_12_months", "1e30", "must be less than or equal to 5, not '1e30'"),
    ("capacity_share_of_mean_flow_prior_12_months", "nan", "must be a finite number"),
    ("announced_severity", "inf", "must be less than or equal to 1"),
    ("defence_approval_rate", "-1", "must be greater than or equal to 0"),
    ("goods", "oxide_dy", 'unknown good "oxide_dy"; did you mean "oxide_Dy"?'),
    ("goods", "concentrate", "EMBARGO has terms for concentrate above; keep one row"),
    ("regime", "", "give the name of the regime"),
]


@pytest.mark.parametrize(("column", "value", "text"), BROKEN_REGIMES)
def test_a_broken_regime_is_refused_by_row_and_column(tmp_path, column, value, text):
    path = shutil.copy(DATA / "regimes.csv", tmp_path)
    row = row_of(path, regime="EMBARGO", good_group="heavy_oxide")
    put(path, row, column, value)
    with pytest.raises(InputError) as caught:
        regimes(Path(path))
    assert str(caught.value).startswith(f"regimes.csv row {row}, column {column}: ") and text in str(caught.value)


def test_a_rung_without_its_row_is_missed_in_one_line(tmp_path):
    path = shutil.copy(DATA / "regimes.csv", tmp_path)
    put(path, row_of(path, regime="EMBARGO", good_group="magnet"), "perceived_throughput", "")
    with pytest.raises(InputError, match=r"^regimes\.csv: EMBARGO has no row, or no perceived_throughput, .*; fill it in$"):
        perceived(Path(path))["EMBARGO"]


def test_rows_of_other_materials_and_blank_lines_change_nothing(folder, tables):
    row = row_of(folder / "mines.csv", material="graphite")
    put(folder / "mines.csv", row, "production_2024_t", "unknown")
    edit(folder / "mines.csv", lambda lines: lines.insert(2, []))
    pd.testing.assert_frame_equal(Tables.load(folder).mines, tables.mines)


def test_only_the_rare_earth_chain_in_file_order_and_typed(tables):
    assert len(tables.mines) == 19 and tables.mines["entity"].iloc[0] == "Bayan Obo"
    assert set(tables.refiners["stage"]) == {"refine"} and set(tables.mines["material"]) == {"REE"}
    assert not set(tables.demand["sector"]) - set(tables.sectors["sector"]) - {"nonmagnet_ndpr", "nonmagnet_dy", "nonmagnet_tb"}
    assert len(tables.links) == 2513 and len(tables.lanes) == len(tables.countries) ** 2
    assert tables.lanes["months"].dtype == "int64" and tables.links["share_of_buyer"].dtype == "float64"
    assert list(tables.links.index) == list(range(len(tables.links)))


def test_checksums_follow_the_bytes(folder):
    before = Tables.checksums(folder)
    put(folder / "mines.csv", 2, "notes", "another note")
    after = Tables.checksums(folder)
    assert {name for name in before if before[name] != after[name]} == {"mines.csv"}
    assert {table.file for table in SCHEMAS.values()} <= set(Tables.checksums()) and len(before["mines.csv"]) == 64


def china_share(frame, column):
    return 100 * frame.loc[frame["country"] == "CHN", column].sum() / frame[column].sum()


@pytest.fixture(scope="module")
def measured(tables):
    """What the tables say of 2024, in the words of validation_targets.csv, %."""
    balance = tables.material_balance.query("parameter == 'ndpr_share_of_reo'").set_index("item")["value"]
    mined = tables.mines.assign(ndpr=tables.mines["production_2024_t"] * tables.mines["deposit_type"].map(balance))
    chinese = tables.magnet_makers.query("country == 'CHN'")["production_2024_t_finished"].sum()
    exported = tables.links.query("supplier_country == 'CHN' and buyer_country != 'CHN'")
    exported = exported.loc[exported["good"].str.startswith("magnet"), "tonnes_base"].sum()
    recycled = tables.recyclers.query("country == 'CHN'")["ndpr_oxide_2024_t"].sum()
    primary = tables.refiners.query("country == 'CHN'")["ndpr_oxide_2024_t"].sum()
    return {
        "CHN share of REE mining": china_share(tables.mines, "production_2024_t"),
        "CHN share of REE separation": china_share(tables.refiners, "throughput_2024_t"),
        "CHN share of NdFeB magnets": china_share(tables.magnet_makers, "production_2024_t_finished"),
        "CHN share of NdPr mined": china_share(mined, "ndpr"),
        "CHN magnet export share of own output": 100 * exported / chinese,
        "recycled share of CHN NdPr oxide supply": 100 * recycled / (recycled + primary),
    }


@pytest.mark.parametrize(
    "quantity",
    [
        "CHN share of REE mining",
        "CHN share of REE separation",
        "CHN share of NdFeB magnets",
        "CHN share of NdPr mined",
        "CHN magnet export share of own output",
        "recycled share of CHN NdPr oxide supply",
    ],
)
def test_2024_lies_within_the_published_band(measured, quantity):
    target = pd.read_csv(DATA / "validation_targets.csv").set_index("quantity").loc[quantity]
    assert target["unit"] == "%" and target["period"] == "2024"
    assert measured[quantity] == pytest.approx(target["observed_value"], abs=target["tolerance"])


def test_links_give_the_customs_figures_of_2024_by_destination(tables):
    flows = pd.read_csv(DATA / "trade_flows.csv").query("exporter == 'CHN' and period == '2024'")
    flows = flows[flows["product"].str.startswith("NdFeB/SmCo")].set_index("importer")["tonnes"]
    magnets = tables.links[tables.links["good"].str.startswith("magnet") & (tables.links["supplier_country"] == "CHN")]
    sold = magnets.groupby("buyer_country")["tonnes_base"].sum().drop("CHN")
    assert sold.sum() == pytest.approx(flows["WLD"], rel=0.02)
    for region in sold.index:
        assert sold[region] == pytest.approx(flows[region], rel=0.02), region


def test_every_shipped_row_has_a_known_confidence_and_a_listed_source():
    listed = set(re.findall(r"\bS\d+[a-d]?\b", "".join(re.findall(r"(?m)^\| (S[^|]*)\|", (DATA / "SOURCES.md").read_text()))))
    checked = 0
    for path in sorted(DATA.glob("*.csv")):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "confidence" not in rows:
            continue
        assert set(rows["confidence"]) <= set(CONFIDENCE) and (rows["source"] != "").all(), path.name
        named = set(re.findall(r"\bS\d+[a-d]?\b", " ".join(rows["source"])))
        assert named <= listed, (path.name, named - listed)
        checked += 1
    assert checked >= 19
