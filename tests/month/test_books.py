"""close and take: the month's books, and what is written down of it."""

import numpy as np
import pytest
from hands import HANAU, JL, REMLOY, deal, month, near, one, put, row, still, two_chains
from vocabulary import MAGNET_HIGH, NDPR
from worlds import CHINESE, US_CARS, firm

from model.ledger import LedgerError

VERBS = ("close", "take")


@pytest.mark.parametrize("account", ["inputs", "finished", "transit"])
def test_a_gram_too_much_stops_the_month_in_which_it_appears(account):
    model = two_chains(scenario=still())
    model.step()

    def slip():
        stock = {"inputs": model.inputs, "finished": model.finished, "transit": model.trade.transit}[account]
        stock[0, NDPR, 0] += 1.0

    with pytest.raises(LedgerError, match=f"2024-02: account {account}: NdPr is off by [+]1 g"):
        month(model, close=slip)


def test_what_enters_the_world_is_what_was_dug_and_all_of_it_is_somewhere():
    model = two_chains(scenario=still())
    for _ in range(6):
        model.step()
    book, held = model.ledger.book, model.ledger.holdings()
    assert all((book[account] == held[account]).all() for account in held)
    assert (book["ground"] < 0).all() and model.ledger.imbalance() == {"NdPr": 0, "Dy": 0, "Tb": 0}


def test_results_are_tonnes_of_product_by_good_sector_and_stage():
    """A month of round numbers put in place before it is written down; content: grams of NdPr in a gram of magnet."""
    model = two_chains(scenario=still())
    content = model.measures.content_of_good[MAGNET_HIGH]

    def set_month():
        paper = model.licensing.paper
        model.trade.flow[:], paper.standing[:], model.need[:], model.unmet[:], model.ordered[:], model.loss[:] = (0.0,) * 6
        at = deal(model, JL, US_CARS, "magnet_high", flow=3e6 * content, wait=1.5, share=0.5)
        paper.standing[at], paper.granted[at] = 2e6 * content, 6e6 * content
        deal(model, HANAU, US_CARS, "magnet_high", flow=7e6 * content)
        put(
            model, US_CARS, need=one(MAGNET_HIGH, 5e6 * content), unmet=one(MAGNET_HIGH, 1e6 * content), ordered=one(MAGNET_HIGH, 4e6 * content),
            expected=one(MAGNET_HIGH, 2e6 * content), loss=12.5, belief=0.3,
        )  # fmt: skip
        model.output[:], model.capacity[:], model.underway[:] = 0.0, 0.0, 0.0
        for maker, tonnes in ((JL, 30.0), (HANAU, 10.0)):
            put(model, maker, output=one(MAGNET_HIGH, tonnes * 1e6 * content), capacity=tonnes * 2e6 * content, underway=tonnes * 1e6 * content)
        model.held[:, row(model, US_CARS)] = one(MAGNET_HIGH, 6e6 * content)

    results = month(model, record=set_month).results().isel(month=0)
    user = {"sector": "auto_other", "region": "USA"}
    at = {name: float(results[name].sel(user)) for name in ("need", "unmet_demand", "orders", "cover", "output_loss")}
    assert at == near({"need": 5, "unmet_demand": 1, "orders": 4, "cover": 3, "output_loss": 12.5})
    assert float(results.belief.sel(region="USA")) == near(0.3)
    assert float(results.china_exports.sel(good="magnet_high", destination="USA")) == near(3) and float(results.china_exports.sum()) == near(3)
    assert float(results.licence_queue.sel(good="magnet_high")) == near(2) and float(results.licence_wait.sel(good="magnet_high")) == near(1.5)
    assert float(results.licence_approved.sel(good="magnet_high")) == near(0.75) and float(results.licence_approved.sum()) == near(0.75)
    assert results.supply.sel(region="USA").to_series()[["CHN", "EU27"]].tolist() == near([3, 7]) and float(results.supply.sum()) == near(10)
    magnet = {name: float(results[name].sel(stage="magnet")) for name in ("china_share", "outside_output", "outside_capacity", "outside_pipeline")}
    assert magnet == near({"china_share": 0.75, "outside_output": 120, "outside_capacity": 240, "outside_pipeline": 120})


def test_stocks_are_written_down_by_kind_of_firm_and_prices_by_market():
    model = two_chains(scenario=still())

    def set_month():
        model.inputs[:], model.finished[:] = 0.0, 0.0
        put(model, CHINESE[2], inputs={(1, NDPR): 4e6 * model.measures.content_of_good[1]}, finished={(4, NDPR): 3e6 * model.measures.content_of_good[4]})
        put(model, REMLOY, inputs={(8, NDPR): 2e6 * model.measures.content_of_good[8]})
        market = model.market
        market.china[:], market.realised[:], market.asked[:] = np.arange(9.0), 10 + np.arange(9.0), 20 + np.arange(9.0)
        for at, prices in enumerate((market.realised_in, market.asked_in)):
            prices[:] = 10.0 * np.arange(3 + 4 * at, 7 + 4 * at)[:, None] + np.arange(9.0)

    results = month(model, record=set_month).results().isel(month=0)
    stocks = results.inventory.to_series()
    assert stocks[stocks > 0].to_dict() == near({("MetalMaker", "oxide_NdPr"): 4.0, ("MetalMaker", "metal_NdPr"): 3.0, ("Recycler", "swarf"): 2.0})
    assert results.market.values.tolist()[:5] == ["CHN", "ROW_realised", "ROW_asked", "EU27_realised", "EU27_asked"]
    assert results.price.sel(good="oxide_Dy").values.tolist() == [2, 12, 22, 32, 72, 42, 82, 52, 92, 62, 102]


def test_published_facts_are_named_by_their_month():
    model = two_chains(scenario=still())
    month(model)
    month(model)
    assert model.month == "2024-02" and model.results().month.values.tolist() == ["2024-01", "2024-02"] and firm(model, JL).name == JL
