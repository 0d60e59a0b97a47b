"""A faulty behaviour is named: class, method, firm, month, column, value, and what is allowed, in one line."""

import pickle

import numpy as np
import pytest
from vocabulary import DY, NDPR, OXIDE_DY, OXIDE_NDPR
from worlds import CHINESE, EU_CARS, MAKER, US_CARS, chain_world, firm

from experiments import ensemble, truce_vs_resume
from model import InputError, TradeModel
from model.agents import OEM, MagnetMaker, MetalMaker, Miner, Recycler, Refiner
from model.columns import Column
from model.errors import EXIT_CODE, tell_and_exit
from model.ledger import LedgerError
from model.overrides import BEHAVIOURS

FIRM = {Miner: CHINESE[0], Refiner: CHINESE[1], MetalMaker: CHINESE[2], MagnetMaker: MAKER, Recycler: "Heraeus Remloy (Bitterfeld)", OEM: EU_CARS}
"""Who is played by a subclass of each kind."""


def instead(kind, behaviour, deed):
    """A class that does something else than its kind."""
    return type("Odd", (kind,), {behaviour: deed})


def after(kind, behaviour, deed):
    """A class that does something more than its kind."""

    def act(self):
        getattr(kind, behaviour)(self)
        return deed(self)

    return instead(kind, behaviour, act)


def sets(kind, behaviour, column, value):
    """A class that then writes a column: a value, or what a function makes of what stands there."""
    return after(kind, behaviour, lambda self: setattr(self, column, value(getattr(self, column)) if callable(value) else value))


def utilities(answer):
    """A buyer with its own view of offers."""
    return instead(OEM, "appraise", lambda self, offer: answer(np.zeros(len(offer.landed))))


def one(good, value):
    """All entries as they are but that of one good."""
    return lambda entries: np.where(np.arange(len(entries)) == good, value, entries)


def write(self, name, row, value):
    """Writes past the attributes: into the model's own column."""
    getattr(self.model, name)[..., row] = value


def replace(self, name, value):
    self.columns[name] = value


def yields(self):
    yield self.order


async def waits(self):
    self.ordered = 0.0


def miscount(self):
    self.feed = self.feed - np.array([4.0, 0.0, 0.0])
    self.add("finished", (OXIDE_NDPR, NDPR), 5.0)
    self.model.ledger.post("inputs", "finished", np.array([4.0, 0.0, 0.0]))


def other(name, column, value):
    """Writes to a column of another firm."""
    return lambda self: setattr(firm(self.model, name), column, value)


SHAPE_OF_GOODS = "give one number or an array of shape (9,), g/month from 0 to 9.0072e+15"
FAULTS = {
    "a share in parts of 3": (sets(OEM, "turn", "turned", 3.0), "turned[concentrate] is 3; give a number from 0 to 1"),
    "too few utilities": (utilities(lambda u: u[:1]), "returned an array of float64 of shape (1,); return one utility for each of its 2 offers"),
    "too many utilities": (utilities(lambda u: np.append(u, 0.0)), "shape (3,); return one utility for each of its 2 offers"),
    "utilities on edge": (utilities(lambda u: u[:, None]), "shape (2, 1); return one utility for each of its 2 offers"),
    "one utility for all": (utilities(lambda u: 0.0), "returned 0.0; return one utility for each of its 2 offers"),
    "no utilities": (utilities(lambda u: None), "returned None; return one utility for each of its 2 offers"),
    "utilities in words": (utilities(lambda u: ["good", "bad"]), "returned ['good', 'bad']; return one utility"),
    "complex utilities": (utilities(lambda u: u + 1j), "returned an array of complex128 of shape (2,); return one utility"),
    "ragged utilities": (utilities(lambda u: [[1.0], 2.0]), "returned [[1.0], 2.0]; return one utility"),
    "utilities that are not numbers": (utilities(lambda u: u * np.nan), "the utility of magnet_standard of JL Mag is nan; give a number from -500 to 500"),
    "infinite utilities": (utilities(lambda u: u - np.inf), "magnet_standard of JL Mag is -inf; give a number from -500 to 500"),
    "overwhelming utilities": (utilities(lambda u: [0.0, 1e300]), "the utility of magnet_high of JL Mag is 1e+300; give a number from -500 to 500"),
    "orders that are not numbers": (sets(OEM, "order", "ordered", one(6, np.nan)), "ordered[magnet_high] is nan; give g/month from 0 to 9.0072e+15"),
    "infinite orders": (sets(OEM, "order", "ordered", one(5, np.inf)), "ordered[magnet_standard] is inf; give g/month from 0"),
    "negative orders": (sets(OEM, "order", "ordered", one(5, -8.0)), "ordered[magnet_standard] is -8; give g/month from 0"),
    "orders beyond counting": (sets(OEM, "order", "ordered", 1e300), "is 1e+300; give g/month from 0 to 9.0072e+15"),
    "too few orders": (sets(OEM, "order", "ordered", lambda o: o[:8]), f"ordered is an array of float64 of shape (8,); {SHAPE_OF_GOODS}"),
    "orders in a list of one": (sets(OEM, "order", "ordered", [5.0]), f"ordered is [5.0]; {SHAPE_OF_GOODS}"),
    "orders on edge": (sets(OEM, "order", "ordered", lambda o: o[:, None]), f"of shape (9, 1); {SHAPE_OF_GOODS}"),
    "ragged orders": (sets(OEM, "order", "ordered", [[1.0], 2.0]), f"ordered is [[1.0], 2.0]; {SHAPE_OF_GOODS}"),
    "orders in words": (sets(OEM, "order", "ordered", "plenty"), f"ordered is 'plenty'; {SHAPE_OF_GOODS}"),
    "no orders": (sets(OEM, "order", "ordered", None), f"ordered is None; {SHAPE_OF_GOODS}"),
    "orders returned": (instead(OEM, "order", lambda self: self.expected), "returned an array of float64 of shape (9,), which would be lost; return nothing"),
    "orders that never run": (instead(OEM, "order", yields), "is a generator, of which nothing runs; write it without yield and async"),
    "orders to wait for": (instead(OEM, "order", waits), "is a coroutine, of which nothing runs; write it without yield and async"),
    "a belief of 7": (sets(OEM, "believe", "belief", 7), "belief is 7; give a number from 0 to 1"),
    "a belief below zero": (sets(OEM, "believe", "belief", -0.1), "belief is -0.1; give a number from 0 to 1"),
    "a belief that is no number": (sets(OEM, "believe", "belief", np.nan), "belief is nan; give a number from 0 to 1"),
    "a belief in words": (sets(OEM, "believe", "belief", "0.5"), "belief is '0.5'; give a number from 0 to 1"),
    "a complex belief": (sets(OEM, "believe", "belief", np.array(0.5 + 1j)), "belief is an array of complex128 of shape (); give a number from 0 to 1"),
    "several beliefs": (sets(OEM, "believe", "belief", [0.1, 0.2]), "belief is [0.1, 0.2]; give a number from 0 to 1"),
    "negative need": (sets(OEM, "demand", "need", lambda need: -need), "need[magnet_standard] is -"),
    "explosive growth": (sets(OEM, "demand", "growth", 1e300), "growth is 1e+300; give 1/month from -1 to 1"),
    "activity lost": (sets(OEM, "demand", "activity", np.nan), "activity is nan; give a number from 0 to"),
    "impossible elasticity": (sets(OEM, "demand", "elasticity", -3.0), "elasticity is -3; give a number from 0 to 10"),
    "negative use": (sets(OEM, "consume", "used", -1.0), "used[concentrate] is -1; give g/month from 0"),
    "a loss that is no number": (sets(OEM, "consume", "loss", np.nan), "loss is nan; give million USD from 0"),
    "stock used and not posted": (sets(OEM, "consume", "inputs", 0.0), "g of NdPr are not in the books; call self.model.ledger.post"),
    "more saved than there is": (sets(OEM, "thrift", "saved", 1.5), "saved[concentrate] is 1.5; give a number from 0 to 1"),
    "heavies of no number": (sets(MagnetMaker, "thrift", "drawn", np.nan), "drawn[concentrate, NdPr] is nan; give a number from -1000 to 1"),
    "negative cover": (sets(OEM, "plan", "cover", one(7, -1.0)), "cover[magnet_extreme] is -1; give months from 0"),
    "an aim that is no number": (sets(MagnetMaker, "order", "aim", np.nan), "aim[concentrate] is nan; give months from 0"),
    "no time to adjust": (sets(Refiner, "plan", "adjustment", 0.0), "adjustment is 0; give months from 1"),
    "wanted without end": (sets(MagnetMaker, "plan", "planned", np.inf), "wanted[magnet_standard] is inf; give g/month from 0"),
    "a recipe of two grades": (sets(MagnetMaker, "plan", "recipe", [0.1, 0.2]), "recipe is [0.1, 0.2]; give one number or an array of shape (9, 3), g/g from 0"),
    "metal from nothing": (sets(MetalMaker, "plan", "conversion", 0.0), "conversion is 0; give g/g from 0.01 to 1"),
    "ore output times 100": (sets(Miner, "produce", "made", lambda made: 100.0 * made), "g are finished; give what was made this month"),
    "oxide output times 100": (sets(Refiner, "produce", "made", lambda made: 100.0 * made), "output[oxide_NdPr] is"),
    "magnet output times 100": (sets(MagnetMaker, "produce", "made", lambda made: 100.0 * made), "output[magnet_standard] is"),
    "last month's output again": (instead(MagnetMaker, "produce", lambda self: None), "g, but only 0 g are finished; give what was made this month"),
    "output by another name": (sets(Miner, "invest", "made", 5.0), "output[concentrate] is set to 5 g; leave it to produce"),
    "parts of grams": (sets(Miner, "produce", "stock", lambda held: held + 0.5), ".5; give whole g from 0 to 9.0072e+15"),
    "a negative stock": (sets(MetalMaker, "produce", "feed", -7.0), "inputs[oxide_NdPr, NdPr] is -7; give whole g from 0"),
    "oxide from nowhere": (after(Refiner, "produce", lambda self: self.add("finished", (OXIDE_DY, DY), 5.0)), "finished: +5 g of Dy are not in the books"),
    "a gram too many": (after(Refiner, "produce", miscount), "finished: +1 g of NdPr are not in the books"),
    "negative capacity": (sets(MagnetMaker, "expand", "capacity", lambda held: -held), "capacity is -"),
    "a negative cost": (sets(Miner, "invest", "unit_cost", -5.0), "unit_cost is -5; give USD/kg from 0"),
    "a price that is no number": (sets(MetalMaker, "invest", "toll", np.nan), "toll is nan; give USD/kg from 0"),
    "an ore price without end": (sets(Miner, "invest", "base_price", np.inf), "base_price is inf; give USD/kg from 0"),
    "endless building": (sets(MagnetMaker, "invest", "started", np.inf), "started is inf; give g/month from 0"),
    "a circuit too many": (sets(Refiner, "invest", "circuit", [1.0, 1.0, 1.0]), "circuit is [1.0, 1.0, 1.0]; give one number or an array of shape (2,)"),
    "cash that is no number": (sets(Miner, "settle", "cash", np.nan), "cash is nan; give million USD from -9.0072e+15"),
    "a plant that works twice": (sets(MagnetMaker, "carry_on", "running", 2.0), "running is 2; give a number from 0 to 1"),
    "magnets collected from nowhere": (sets(Recycler, "recycle", "feed", lambda held: held + 3.0), "inputs: +3 g of NdPr are not in the books"),
    "a negative end of life": (sets(OEM, "retire", "retired", -1.0), "retired[NdPr] is -1; give g/month from 0"),
    "more in use than was put there": (sets(OEM, "retire", "in_use", lambda held: held + 1.0), "in_use: +8 g of NdPr are not in the books"),
    "a share of seven": (sets(Recycler, "seek", "gathers", 7.0), "gathers is 7; give a number from 0 to 1"),
    "another's belief": (after(OEM, "believe", lambda self: write(self, "belief", 0, 7.0)), f"belief of {CHINESE[0]} is 7; give a number from 0 to 1"),
    "everybody's cover": (after(OEM, "plan", lambda self: write(self, "cover", slice(None), np.nan)), "cover[concentrate] is nan; give months"),
    "another's yield": (after(OEM, "plan", lambda self: write(self, "conversion", 3, np.nan)), f"conversion of {CHINESE[2]} is nan; give g/g from 0.01 to 1"),
    "another's words": (after(OEM, "plan", other(US_CARS, "cover", "long")), f"cover of {US_CARS} is 'long'; give one number or an array of shape (9,), months from 0"),
    "another's output": (after(Miner, "produce", lambda self: write(self, "output", 1, 1e12)), "output[concentrate] of Mt Weld is 1e+12 g, but only"),
    "a column replaced": (after(OEM, "believe", lambda self: replace(self, "belief", 2 * self.columns["belief"])), "self.columns['belief'] is replaced"),
    "a column added": (after(OEM, "believe", lambda self: replace(self, "mood", np.zeros(11))), "self.columns is replaced"),
    "a column of the model replaced": (after(OEM, "believe", lambda self: setattr(self.model, "belief", 0.3)), "self.model.belief is replaced"),
    "no such instrument": (after(OEM, "believe", lambda self: self.model.lift("Stop")), 'lift: unknown instrument "Stop"'),
}  # fmt: skip


def behaviour_of(kind):
    return next(name for name in vars(kind) if name in BEHAVIOURS)


def played(kind, **choices):
    """A tiny world in which one firm is played by a class."""
    return chain_world(firms=CHINESE, cast={FIRM[kind.__base__]: kind}, **choices)


@pytest.mark.parametrize("agentwise", [False, True], ids=["cohorts", "agentwise"])
@pytest.mark.parametrize("kind, words", FAULTS.values(), ids=FAULTS)
def test_a_faulty_behaviour_is_named_in_one_line(kind, words, agentwise):
    model = played(kind, agentwise=agentwise)
    with pytest.raises(InputError) as refused:
        model.step()
    line = str(refused.value)
    assert line.startswith(f"Odd.{behaviour_of(kind)}: {FIRM[kind.__base__]}, 2024-01: ") and words in line
    assert "\n" not in line and "; " in line.removeprefix("Odd")


def test_at_least_29_odd_classes_are_tried_and_every_behaviour_of_every_kind():
    assert len(FAULTS) >= 29
    assert {behaviour_of(kind) for kind, _ in FAULTS.values()} == BEHAVIOURS
    assert {kind.__base__ for kind, _ in FAULTS.values()} == set(FIRM)


RAISED = {
    "no such key": (lambda self: {}["cover"], KeyError),
    "division by zero": (lambda self: 1 / 0, ZeroDivisionError),
    "no such attribute": (lambda self: self.covers, AttributeError),
    "one word too many": (lambda self, offer: None, TypeError),
    "no method": (None, TypeError),
    "endless": (lambda self: self.order(), RecursionError),
    "words into an array": (lambda self: write(self, "belief", self.row, "high"), ValueError),
}


@pytest.mark.parametrize("agentwise", [False, True], ids=["cohorts", "agentwise"])
@pytest.mark.parametrize("deed, error", RAISED.values(), ids=RAISED)
def test_an_error_of_a_users_code_keeps_its_traceback_and_says_whose_it_is(deed, error, agentwise):
    with pytest.raises(error) as raised:
        played(instead(OEM, "order", deed), agentwise=agentwise).step()
    assert raised.value.__notes__ == [f"in Odd.order: {EU_CARS}, 2024-01"]


@pytest.mark.parametrize("agentwise", [False, True], ids=["cohorts", "agentwise"])
def test_offers_are_for_reading(agentwise):
    with pytest.raises(ValueError, match="read-only"):
        played(instead(OEM, "appraise", lambda self, offer: np.log(offer.trust, out=offer.trust)), agentwise=agentwise).step()


def test_the_line_of_code_that_wrote_what_does_not_fit_is_in_the_traceback():
    with pytest.raises(InputError) as refused:
        played(sets(OEM, "order", "ordered", "plenty")).step()
    lines = pytest.ExceptionInfo.from_exception(refused.value.__cause__).traceback
    assert any(line.name == "act" and line.path.name == "test_faulty_behaviour.py" for line in lines)


def test_the_month_is_the_one_in_which_it_went_wrong():
    late = after(OEM, "believe", lambda self: setattr(self, "belief", 7.0 if self.model.now == 14 else 0.1))
    with pytest.raises(InputError, match=r"^Odd.believe: auto_other@EU27, 2025-03: belief is 7"):
        played(late).run_until("2025-12")


def test_a_script_that_writes_what_does_not_fit_is_told_too():
    model = played(after(OEM, "believe", lambda self: None))
    model.step()
    with pytest.raises(InputError, match=r"^cover of auto_other@EU27 is 'long'; give one number or an array of shape \(9,\), months from 0"):
        firm(model, EU_CARS).cover = "long"


def test_what_was_wrong_before_is_not_laid_at_a_firms_door():
    model = played(after(OEM, "believe", lambda self: None))
    model.temper[0], model.belief[1] = np.nan, 7.0
    model.conduct.act(firm(model, EU_CARS), "believe")


def test_the_ledger_says_whose_code_acted_last():
    with pytest.raises(LedgerError, match=r"^2024-01: account transit: NdPr is off by .*; last to act by code of its own: Odd.consume: auto_other@EU27, 2024-01$"):
        played(after(OEM, "consume", lambda self: self.model.trade.transit.fill(1.0))).step()


# what a class must not be


def no_words(self, *given):
    """Does not become a firm."""


def early(self, *given):
    OEM.__init__(self, *given)
    self.cover = 3.0


def wordy(self, *given):
    OEM.__init__(self, *given)
    self.cover = "long"


def nameless(self, model, name, country, row):
    OEM.__init__(self, model, "somebody", country, row)


UNFIT = {
    "a hidden column": ({"cover": 3.0}, f"cast: {EU_CARS!r}: Odd.cover: hides the column cover of OEM; set it in a method, as self.cover = ..."),
    "a column of its own": ({"mood": Column("1", "mood")}, "Odd.mood: is a column OEM does not have; keep it as a plain attribute, self.mood = ..."),
    "no firm": ({"__init__": no_words}, f"Odd.__init__: {EU_CARS}: has not become that firm; call super().__init__(model, name, country, row)"),
    "another firm": ({"__init__": nameless}, f"Odd.__init__: {EU_CARS}: has not become that firm"),
    "columns set too early": ({"__init__": early}, f"Odd.__init__: {EU_CARS}: sets cover, which the tables fill afterwards; set it in a method instead"),
    "words set too early": ({"__init__": wordy}, f"Odd.__init__: {EU_CARS}: cover of {EU_CARS} is 'long'"),
}  # fmt: skip


def test_a_class_that_hides_a_part_of_a_column_is_refused():
    with pytest.raises(InputError, match=r"Odd\.made: hides the column made of MagnetMaker"):
        played(type("Odd", (MagnetMaker,), {"made": property(lambda self: 0.0)}))


@pytest.mark.parametrize("body, words", UNFIT.values(), ids=UNFIT)
def test_a_class_that_can_play_no_firm_is_refused(body, words):
    with pytest.raises(InputError) as refused:
        played(type("Odd", (OEM,), body))
    assert words in str(refused.value)


def test_an_error_in_init_says_whose_it_is():
    with pytest.raises(TypeError) as raised:
        played(type("Odd", (OEM,), {"__init__": lambda self: None}))
    assert raised.value.__notes__ == [f"in Odd.__init__: {EU_CARS}"]


def test_a_class_of_which_nothing_is_asked_is_told(caplog):
    played(type("Spectator", (OEM,), {"oder": lambda self: None}))
    assert "cast: Spectator: changes nothing of OEM, so it acts like any other; override one of appraise, believe, carry_on, consume, demand, expand, order, plan, retire, settle, thrift" in caplog.text
    played(type("Digger", (OEM,), {"produce": lambda self: None, "order": lambda self: None}))
    assert "cast: Digger.produce: is never asked of a firm of kind OEM; override one of" in caplog.text and "Digger: changes" not in caplog.text


# commands


def test_in_a_command_it_is_one_line_and_exit_code_2(capsys):
    with pytest.raises(SystemExit) as ended, tell_and_exit():
        played(sets(OEM, "believe", "belief", 7)).step()
    said = capsys.readouterr().err
    assert ended.value.code == EXIT_CODE and said == f"Odd.believe: {EU_CARS}, 2024-01: belief is 7; give a number from 0 to 1\n"


def test_in_an_experiment_too(monkeypatch, capsys, tmp_path):
    faulty = sets(OEM, "believe", "belief", 7)
    monkeypatch.setattr(ensemble, "TradeModel", lambda *given, **choices: TradeModel(*given, **(choices | {"cast": {"ev_traction@EU27": faulty}})))
    with pytest.raises(SystemExit) as ended:
        truce_vs_resume.main(["--replicates", "1", "--until", "2026-11", "--workers", "1", "--out", str(tmp_path / "out")])
    said = capsys.readouterr().err.splitlines()[-1]
    assert ended.value.code == EXIT_CODE and said.startswith("Odd.believe: ev_traction@EU27, 2024-01: belief is 7;")


def test_the_line_comes_back_from_a_worker_as_it_was():
    with pytest.raises(InputError) as refused:
        played(sets(OEM, "believe", "belief", 7)).step()
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)
