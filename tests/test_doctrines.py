"""Doctrines by name and of one's own, reactive rules, hazards, broken commitments, anti-coercion, and what is told of moves."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from hands import in_china, put, still
from vocabulary import OCT, RUNGS, SHIPPED
from worlds import EU_CARS, US_CARS, equal, relation

from experiments import plugins
from model import AntiCoercion, BrokenCommitment, Doctrine, ExportBan, ExportLicence, InputError, Scenario, Tariff, TradeModel, Truce, moves, parameters
from model.policies.doctrines import PLAYERS, check
from model.policies.doctrines.affairs import Affairs
from model.policies.doctrines.ladders import Duties, ladder_of
from model.policies.doctrines.loading import files_of
from model.policies.doctrines.reactive import Plan, ReactiveExporter, ReactiveImporter, ReactiveResource
from model.policies.doctrines.stochastic import Stochastic
from model.recorder import CAUSES

HAWK = '''
from model import Doctrine, ExportBan

class Hawk(Doctrine):
    """China sells no magnets to the United States in winter."""

    def decide(self, state, seen):
        now = state.model.now
        ban = ExportBan(date="2024-01", name="winter", origin="CHN", goods=["magnet_high"], destinations=["USA"])
        return (*super().decide(state, seen), *[ban] * (now % 12 in (0, 1, 11)))
'''
QUIET = {"tension_noise": 0.0, "incident_rate": 0.0, "tension_calm": 0.0, "tension_spent": 0.0, "tension_return": 0.0, "expiry_hazard": 0.0, "first_concession": 0.0}


def played(doctrines, *events, since="2024-07", **values):
    """A chain in China whose states decide by themselves from July 2024 on; nothing happens but what is given."""
    scenario = still(**QUIET | values).model_copy(update={"doctrines": doctrines, "doctrines_from": since})
    return in_china(*events, scenario=scenario)


def state(model, country):
    return model.states.by_country[country]


# Doctrines by name, and of one's own


def test_a_doctrine_of_ones_own_lies_beside_the_scenario(tmp_path):
    (tmp_path / "hawk.py").write_text(HAWK)
    (tmp_path / "mine.toml").write_text('name = "mine"\nsentence = "Winter."\nextends = "balanced"\nlast_month = "2025-12"\n[doctrines]\nCHN = "hawk.py:Hawk"\n')
    scenario = Scenario.load(tmp_path / "mine.toml")
    assert scenario.doctrines["CHN"] == f"{tmp_path / 'hawk.py'}:Hawk" and files_of(scenario.doctrines) == [tmp_path / "hawk.py"]
    model = in_china(scenario=scenario).run_until("2024-12")
    told = [(move.month, move.before, move.after, move.cause, move.instruments) for move in model.states.log]
    assert told == [("2024-01", 0, 1, "own", ("winter",)), ("2024-03", 1, 0, "own", ()), ("2024-12", 0, 1, "own", ("winter",))]
    assert model.results().stance.sel(state="CHN").values.tolist() == [1.0, 1.0, *[0.0] * 9, 1.0]


def test_a_doctrine_may_come_from_a_plugin(tmp_path):
    (tmp_path / "hawk_plugged.py").write_text(HAWK)
    plugins.gathered([tmp_path / "hawk_plugged.py"])
    scenario = Scenario(name="mine", sentence="Winter.", doctrines={"CHN": "hawk_plugged.py:Hawk"}, last_month="2024-12")
    assert type(state(in_china(scenario=scenario), "CHN").doctrine).__name__ == "Hawk"


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("angry", 'unknown doctrine "angry"; use one of scheduled, reactive, stochastic, strategic (or "my_module:MyDoctrine", "file.py:MyDoctrine")'),
        ("reactiv", 'did you mean "reactive"?'),
        ("gone.py:Hawk", '"gone.py": no such file beside the scenario, nor given by --plugin; put it there or name its whole path'),
        ("no_such_module:Hawk", '"no_such_module" cannot be imported (ModuleNotFoundError'),
        ("model.names:Hawk", '"model.names:Hawk": unknown class "Hawk"'),
        ("model.errors:InputError", '"model.errors:InputError": InputError is no doctrine; subclass model.Doctrine'),
    ],
)
def test_a_doctrine_that_cannot_be_is_refused_in_one_line(named, says):
    with pytest.raises(InputError) as refused:
        Scenario(name="mine", sentence="Something.", doctrines={"USA": named})
    assert says in str(refused.value) and ".doctrines.USA: " in str(refused.value) and "\n" not in str(refused.value)


def test_a_file_that_fails_is_told_of_in_one_line(tmp_path):
    (tmp_path / "faulty.py").write_text("1 / 0\n")
    with pytest.raises(ValueError, match=r'"faulty\.py" fails when imported \(ZeroDivisionError'):
        check(f"{tmp_path / 'faulty.py'}:Hawk")


def test_a_text_of_a_stranger_names_no_code():
    text = 'name = "mine"\nsentence = "Something."\n[doctrines]\nUSA = "os:Hawk"\n'
    with pytest.raises(InputError, match=r'doctrines\.USA: "os:Hawk" names code, and a scenario that is no file of yours runs none'):
        Scenario.from_toml(text)


def test_a_file_that_changes_is_another_doctrine(tmp_path):
    path = tmp_path / "hawk.py"
    path.write_text(HAWK)
    before = check(f"{path}:Hawk"), files_of({"CHN": f"{path}:Hawk"})
    path.write_text(HAWK.replace("class Hawk", "class Dove"))
    with pytest.raises(ValueError, match='unknown class "Hawk"'):
        check(f"{path}:Hawk")
    assert before[1] == [path]


@pytest.mark.parametrize("name", PLAYERS)
@pytest.mark.parametrize("country", ["CHN", "USA", "EU27", "JPN", "MYS", "FRA"])
def test_any_country_may_have_any_doctrine(name, country):
    model = TradeModel(Scenario.load("balanced").model_copy(update={"doctrines": {country: name}, "parameters": {}}), seed=1).run_until("2024-03")
    assert state(model, country).doctrine.country == country and not any(model.ledger.imbalance().values())


def test_until_a_doctrine_begins_the_schedule_rules():
    model = played({"CHN": "reactive"}, since="2024-03")
    model.step()
    assert not state(model, "CHN").guided and state(model, "CHN").seen is None and model.states.affairs.tension is None


# Reactive rules


def test_china_answers_an_escalation_with_the_chance_given_and_aims_at_who_escalated():
    """Answer by one rung for sure and at once: the duty of July is published in July and answered in August, against the United States alone."""
    model = played({"CHN": "reactive", "USA": "reactive"}, answer_one=1.0, answer_two=0.0, answer_delay=0.0).run_until("2024-06")
    usa = state(model, "USA").doctrine
    usa.plan = Plan(model.now + 1, 1, "incident")
    usa.begins = model.now + 1
    model.step()
    assert (state(model, "USA").rung, state(model, "CHN").rung) == (1, 0)
    model.step()
    licence = next(each for each in state(model, "CHN").chosen if isinstance(each, ExportLicence))
    assert (licence.regime, licence.destinations, state(model, "CHN").cause) == (RUNGS[1], ("USA",), "escalation")
    rows = {user: relation(model, "JL Mag", user, "magnet_high") for user in (US_CARS, EU_CARS)}
    assert model.levers.controlled[rows[US_CARS]] > 0.0 == model.levers.controlled[rows[EU_CARS]]


def test_relief_is_answered_by_relief_within_two_months():
    model = played({"CHN": "reactive", "USA": "reactive"}, answer_one=0.0, answer_two=0.0).run_until("2024-06")
    china, usa = (state(model, country).doctrine for country in ("CHN", "USA"))
    for player in (china, usa):
        player.choice, player.moved = 1, model.now
    state(model, "CHN").rung = state(model, "USA").rung = usa.china = 1
    china.others = {"USA": 1}
    usa.plan = Plan(model.now + 1, -1, "loss")
    while state(model, "CHN").rung and model.month < "2024-10":
        model.step()
    assert model.month in ("2024-09", "2024-10") and state(model, "CHN").cause == "relief" and china.conceded == [7]


def reactive_china(**facts):
    """A reactive China at rung `rung`, in a world in which nothing happens but what is given, in month 40."""
    values = SimpleNamespace(**parameters.defaults() | QUIET | facts.pop("values", {}))
    model = SimpleNamespace(now=40, p=values, key_of=lambda word: word, chance=SimpleNamespace(uniform=lambda *_: facts.get("luck", 0.5)), states=SimpleNamespace(answers=lambda: facts.get("answers", {})))
    player = ReactiveExporter("CHN", SimpleNamespace(top=4, aimed=False))
    player.choice, player.moved, player.begins, player.others = facts.get("rung", 0), facts.get("moved", 30), 30, facts.get("before", {})
    seen = SimpleNamespace(newly=facts.get("newly", frozenset()), blamed=facts.get("blamed", False), tension=facts.get("tension", 0.4), expiry=facts.get("expiry", False), broken_by_others=lambda _: facts.get("broken", 0.0))
    return player.reason(SimpleNamespace(model=model, country="CHN"), seen)


def test_rules_of_a_reactive_china():
    """Luck is 0.5 throughout: below 0.65 one rung, above 0.15 not two; a delay of 0.5*3 = 1 month."""
    assert reactive_china() is None
    assert reactive_china(answers={"USA": 1}, before={"USA": 0}) == Plan(41, 1, "escalation")
    assert reactive_china(answers={"USA": 1}, before={"USA": 0}, luck=0.1) == Plan(40, 2, "escalation")
    assert reactive_china(answers={"USA": 1}, before={"USA": 0}, luck=0.7) is None
    assert reactive_china(answers={"USA": 0}, before={"USA": 1}, rung=2) == Plan(41, -1, "relief")
    assert reactive_china(newly=frozenset({"USA"}), broken=1.0) == Plan(41, 1, "breach") and reactive_china(newly=frozenset({"CHN"})) is None
    assert reactive_china(blamed=True, tension=1.0) == Plan(41, 1, "incident") and reactive_china(blamed=True, tension=0.5) is None
    assert reactive_china(rung=1, moved=34) == Plan(40, -1, "review") and reactive_china(rung=1, moved=35) is None
    assert reactive_china(rung=1, moved=34, answers={"USA": 1}, before={"USA": 1}) is None
    assert reactive_china(expiry=True) is None and reactive_china(expiry=True, luck=0.1, values={"expiry_hazard": 0.12}) == Plan(40, 1, "expiry")
    assert reactive_china(expiry=True, luck=0.3, broken=1.0, values={"expiry_hazard": 0.12}) == Plan(40, 1, "expiry")  # 0.12*exp(1.5) = 0.54


def test_concessions_are_remembered_for_a_while():
    player = ReactiveExporter("CHN", SimpleNamespace(top=4, aimed=False))
    told = SimpleNamespace(model=SimpleNamespace(now=50, p=SimpleNamespace(concession_memory=24.0, concession_weight=0.5)))
    player.conceded = [20, 30, 40]
    assert player.patience(told) == 0.25 and player.conceded == [30, 40]


def test_the_harder_the_answer_the_fewer_the_chances_to_let_it_pass():
    """Monotone: the readier to answer, the higher China stands in every month of one luck."""
    def stood(readiness):
        return TradeModel(Scenario.load("tit_for_tat").with_parameters({"answer_one": readiness, "answer_two": 0.0}), seed=4).run_until("2030-12").results().stance.sel(state="CHN").sum().item()

    assert stood(0.0) <= stood(0.9)


def test_a_state_keeps_its_ore_while_it_is_dear():
    model = TradeModel(Scenario.load("balanced").model_copy(update={"doctrines": {"MYS": "reactive"}}), seed=1).run_until("2024-05")
    player, ore = state(model, "MYS").doctrine, model.chain.index("concentrate")
    assert isinstance(player, ReactiveResource) and not player.aimed
    player.begins, player.moved = model.now - 5, model.now - 5
    model.market.realised[ore] = 2.0 * model.market.base_outside[ore]
    model.step()
    assert [type(each) for each in state(model, "MYS").chosen] == [ExportBan] and state(model, "MYS").cause == "pressure"


# Stochastic


def chance_of_break(**facts):
    """The hazard of a China at rung 0."""
    values = SimpleNamespace(**parameters.defaults() | {"hazard_vulnerability": 0.0} | facts.pop("values", {}))
    player = Stochastic("USA", SimpleNamespace(top=2, aimed=True))
    seen = SimpleNamespace(**{"tension": values.tension_mean, "breach": 0.0, "expiry": False, "months_to_election": lambda: facts.get("election", 12)} | {k: v for k, v in facts.items() if k != "election"})
    return player.hazard(SimpleNamespace(model=SimpleNamespace(p=values)), seen)


def test_the_hazard_of_a_break():
    """At mean tension 1 % a month; 0.3 more tension: exp(0.9); a broken word: exp(1.5); an election: exp(0.3); and 12 % where it runs out."""
    assert chance_of_break() == pytest.approx(0.01) and chance_of_break(expiry=True) == pytest.approx(0.13)
    assert chance_of_break(tension=0.68) == pytest.approx(0.01 * np.exp(0.9))
    assert chance_of_break(breach=1.0) == pytest.approx(0.01 * np.exp(1.5)) and chance_of_break(breach=0.5) == pytest.approx(0.01 * np.exp(0.75))
    assert chance_of_break(election=3) == pytest.approx(0.01 * np.exp(0.3)) and chance_of_break(election=4) == pytest.approx(0.01)


def test_luck_says_how_hard_a_break_is():
    """0.35 targeted, 0.25 as in April, 0.35 the package, the rest an embargo."""
    model = played({"CHN": "stochastic"})
    player = state(model, "CHN").doctrine
    assert [player.depth(state(model, "CHN"), luck) for luck in (0.1, 0.36, 0.61, 0.96)] == [1, 2, OCT, OCT + 1]


def test_a_truce_breaks_and_returns_with_its_hazards():
    """A certain break in the first month and a certain return in the next."""
    model = played({"CHN": "stochastic"}, hazard_base=1.0, restoration=1.0, hazard_vulnerability=0.0, hazard_election=0.0, tension_mean=0.4).run_until("2024-10")
    stance = model.results().stance.sel(state="CHN").values[6:]
    assert (stance > 0).tolist() == [True, False, True, False] and [move.cause for move in model.states.log] == ["hazard"] * 4


def test_months_to_the_election():
    affairs = Affairs(SimpleNamespace(now=0))
    found = []
    for affairs.month in (10, 11, 22, 34, 31):
        found.append(affairs.months_to_election())
    assert found == [0, 1, 12, 0, 3]


# Commitments


def broken_in(model):
    return model.run_until("2024-08").states.affairs.broken


def test_what_commitments_csv_records_counts_for_a_year_after_it_was_due(tmp_path):
    """A tenth of the soybeans of 2025 unbought, due in February 2026: counted from then for twelve months."""
    from test_losses import overlay

    rows = "commitment,date,actor,towards,item,amount,unit,due,kept_share,source,confidence\nsoybeans 2025,2025-10,CHN,USA,soybeans,12,Mt,2026-02,0.9,S1,high\n"
    folder = overlay(tmp_path, commitments=rows)
    model = TradeModel(Scenario.load("balanced", folder).model_copy(update={"doctrines": {"USA": "reactive"}}), seed=1, world=folder)
    affairs = model.states.affairs
    counted = []
    for affairs.month in (24, 25, 36, 37):
        counted.append(dict(affairs.breaches()).get("CHN"))
    assert counted == [None, pytest.approx(0.1), pytest.approx(0.1), None]


def test_a_truce_says_which_commitments_it_rests_on():
    unbought = BrokenCommitment(date="2024-07", commitment="soybeans 2027", share=0.6)
    duty = Tariff(date="2024-07", importer="USA", origins="CHN", goods="magnet_high", rate=0.1, name="duty")
    truces = {name: Truce(date="2024-07", until="2025-01", name="truce", suspends="duty", commitments=name) for name in ("soybeans 2027", "affiliates rule")}
    assert broken_in(played({"CHN": "stochastic"}, unbought)) == {"CHN": 0.6}
    assert broken_in(played({"CHN": "stochastic"}, unbought, duty, truces["soybeans 2027"])) == {"CHN": 0.6}
    assert broken_in(played({"CHN": "stochastic"}, unbought, duty, truces["affiliates rule"])) == {}
    assert broken_in(played({"CHN": "stochastic"}, unbought, issue_linkage=0.0)) == {}
    assert broken_in(played({"CHN": "stochastic"}, unbought, issue_linkage=0.5)) == {"CHN": 0.3}


def test_a_commitment_that_is_unknown_is_refused_in_one_line():
    with pytest.raises(InputError, match=r'BrokenCommitment\.commitment: unknown commitment "soybean 2027"; did you mean "soybeans 2027"\?'):
        BrokenCommitment(date="2027-01", commitment="soybean 2027")


def test_a_broken_commitment_says_when_it_moves_nobody():
    unbought, levers = BrokenCommitment(date="2024-07", commitment="soybeans 2027"), in_china().levers
    assert unbought.actor == "CHN" and "moves nobody, as all states follow their schedule" in unbought.idle(levers)
    assert unbought.idle(played({"CHN": "reactive"}).levers) is None and "breaks no part" in unbought.changed(share=0.0).idle(levers)


def test_what_nobody_links_moves_nothing():
    """A share of nought, and a whole one that nobody counts, change no bit; counted, a broken word brings the break forward and never back."""
    whole = Scenario.load("soybeans_unbought")
    nought = whole.with_events([each.changed(share=0.0) if isinstance(each, BrokenCommitment) else each for each in whole.events])
    unlinked = whole.with_parameters({"issue_linkage": 0.0})
    runs = {name: TradeModel(scenario, seed=2).run_until("2028-12") for name, scenario in {"kept": Scenario.load("stochastic_truce"), "nought": nought, "unlinked": unlinked}.items()}
    assert equal(runs["kept"], runs["nought"])
    first = {name: run.results().stance.sel(state="CHN").values for name, run in runs.items()}
    assert np.array_equal(first["kept"], first["unlinked"])


def test_a_broken_word_makes_truces_shorter():
    """Over one luck after another the first break never comes later, and sometimes earlier."""
    def first_break(scenario, seed):
        stance = TradeModel(scenario.with_parameters({"hazard_breach": 4.0}), seed=seed).run_until("2028-06").results().stance.sel(state="CHN").values
        return int(stance.argmax()) if stance.any() else len(stance)

    pairs = [[first_break(Scenario.load(name), seed) for name in ("stochastic_truce", "soybeans_unbought")] for seed in range(1, 7)]
    assert all(broken <= kept for kept, broken in pairs) and any(broken < kept for kept, broken in pairs)


# Anti-coercion


def procedure(**changed):
    return AntiCoercion(**{"date": "2024-01", "name": "procedure", "importer": "EU27", "goods": "magnet_high", "rate": 0.3, "months": 2, "delay": 3, "vote": 1.0, "severity": 0.8, "threshold": 1.0} | changed)


def threat(**changed):
    return ExportLicence(**{"date": "2024-03", "until": "2024-09", "name": "threat", "origin": "CHN", "goods": "magnet_high", "destinations": "EU27", "controlled_share": 0.0, "announced_severity": 0.9} | changed)


def duties(*events):
    """The duty on Chinese magnets in Germany and in the United States, month by month."""
    model, found = in_china(*events), []
    rows = [relation(model, "JL Mag", user, "magnet_high") for user in (EU_CARS, US_CARS)]
    for _ in range(14):
        model.step()
        found.append([float(model.levers.tariff[row]) for row in rows])
    return np.array(found).T


def test_a_case_opens_is_voted_on_taxes_and_ends():
    """Threatened in March to August, which is known a month later: April and May open the case, the vote falls three months on in August; calm from October on, the duty ends in November."""
    europe, america = duties(procedure(), threat())
    assert europe.tolist() == [*[0.0] * 7, 0.3, 0.3, 0.3, *[0.0] * 4] and not america.any()


def test_the_state_takes_in_its_duty_while_it_stands_and_no_longer():
    """From August to October 2024, as above: 0.3 of the value before duty of what came from China to the European Union."""
    model = in_china(procedure(), threat())
    taken, worth = [], []
    for _ in range(12):
        model.step()
        rows = model.levers.relations(model.book.instruments["procedure"])
        taken.append(float(model.treasury.month[1].sum()))
        worth.append(float(model.finance.worth(rows).sum()))
    assert [at for at, million in enumerate(taken) if million] == [7, 8, 9]
    assert taken[7:10] == pytest.approx([0.3 * value for value in worth[7:10]])


def test_a_case_needs_hurt_a_vote_and_a_rate():
    assert not duties(procedure())[0].any() and not duties(procedure(severity=0.95), threat())[0].any() and not duties(procedure(vote=0.0), threat())[0].any()
    assert (duties(procedure(rate=0.4), threat())[0] >= duties(procedure(rate=0.2), threat())[0]).all()


def test_shortage_opens_a_case_too():
    model = in_china(procedure(threshold=0.1, months=1, delay=0)).run_until("2024-02")
    put(model, EU_CARS, unmet=0.5 * model.need[:, next(agent.row for agent in model.firms.agents if agent.name == EU_CARS)])
    model.step()
    assert model.levers.tariff[relation(model, "JL Mag", EU_CARS, "magnet_high")] == 0.3


def test_a_procedure_that_never_acts_changes_no_bit_and_says_why():
    assert equal(in_china(procedure(rate=0.0), threat()).run_until("2024-10"), in_china(threat()).run_until("2024-10"))
    assert "taxes nothing" in procedure(rate=0.0).idle(in_china().levers) and "touches no trade" in procedure(goods="swarf").idle(in_china().levers)


def test_a_vote_is_luck_of_the_state_and_the_kind_of_instrument():
    """Renamed and dated anew it keeps its vote; another share of luck carries in as many runs as it says."""
    def carried(seed, **changed):
        model = in_china(procedure(vote=0.5, delay=0, months=1, **changed), threat(date="2024-02"), seed=seed).run_until("2024-04")
        return bool(model.levers.tariff[relation(model, "JL Mag", EU_CARS, "magnet_high")])

    votes = [carried(seed) for seed in range(12)]
    assert votes == [carried(seed, name="another", date="2024-02") for seed in range(12)] and 2 <= sum(votes) <= 10


def test_a_procedure_of_others_makes_the_package_dearer_for_a_strategic_china():
    from test_strategic import china, odds

    assert odds(china(), coercion=True)[OCT:].sum() < odds(china(), coercion=False)[OCT:].sum()


def test_a_truce_with_time_to_run_binds_a_strategic_state():
    from test_strategic import TALKS, china, odds, usa

    for player, calm in ((china(), slice(0, OCT)), (usa(), slice(TALKS, TALKS + 1))):
        assert odds(player, contract=0.9)[calm].sum() > odds(player, contract=0.0)[calm].sum()


# What is told


def told(*stances, cause=1):
    """Results of runs in which China stood on these rungs and moved for a cause."""
    stance = np.array(stances, float)[:, :, None]
    moved = np.concatenate([np.zeros_like(stance[:, :1]), (np.diff(stance, axis=1) != 0) * cause], axis=1)
    months = [f"2027-{month:02d}" for month in range(1, stance.shape[1] + 1)]
    dims = ("replicate", "month", "state")
    return xr.Dataset({"stance": (dims, stance), "moved_by": (dims, moved)}, coords={"month": months, "state": ["CHN"]})


def test_stays_moves_and_truces_are_counted():
    """Two runs of twelve months: one moves thrice and jumps once, one never moves. Stays 3, 4, 1, 4 and 12 months; truces 3, 4 and 12."""
    runs = told([0, 0, 0, 2, 2, 2, 2, 1, 0, 0, 0, 0], [0] * 12)
    (row,) = moves.conduct(runs, "2027-01").itertuples()
    assert (row.state, row.moves_a_year, row.median_stay, row.median_truce, row.never_moved) == ("CHN", 1.5, 4.0, 4.0, 0.5)
    assert row.jumps_of_moves == pytest.approx(1 / 3) and row.away == pytest.approx(5 / 24) and row.median_restriction == 2.5
    assert moves.survival(runs, "2027-02").tolist() == [1.0, 1.0, *[0.5] * 9]
    assert list(moves.spells(np.array([0, 0, 1]))) == [(0, 2, False), (1, 1, False)]


def test_what_triggers_what_is_a_table():
    table = moves.transitions(told([0, 1, 1, 0, 2], cause=CAUSES.index("escalation")), "2027-01")
    assert table.values.tolist() == [["CHN", "escalation", 2, 1]]


def test_every_move_is_in_the_log_and_in_the_results():
    model = TradeModel("tit_for_tat", seed=1).run_until("2031-12")
    results = model.results()
    steps = int((np.diff(results.stance.values, axis=0) != 0).sum())
    assert len(model.states.log) == steps > 0 and (results.moved_by.values > 0).sum() == steps
    assert {move.cause for move in model.states.log} <= set(CAUSES) and all(isinstance(move, moves.Move) for move in model.states.log)


def test_what_a_world_gives_a_country_to_answer_with_can_be_made():
    model = TradeModel("balanced")
    for country, rungs in SHIPPED.said.game.answers.items():
        ladder = ladder_of(model, country)
        assert ladder.top == len(rungs) and ladder.instruments(model, 0, 0) == ()
        assert all(each.actor == country for each in ladder.instruments(model, ladder.top, 5))
    assert isinstance(ladder_of(model, "GBR"), Duties) and isinstance(PLAYERS["reactive"]("GBR", ladder_of(model, "GBR")), ReactiveImporter) and issubclass(Stochastic, Doctrine)
