"""What loops are given: numbers that belong together, named, so that none is taken for another.

Arrays are over relations, cells, firms, goods or elements; amounts are whole grams, leading ones where a relation or a good counts as one number.
"""

from typing import NamedTuple

import numpy as np


class Links(NamedTuple):
    """Who trades what: good, seller, buyer (relation,), and lead (good,): its leading element; all by number."""

    good: np.ndarray
    seller: np.ndarray
    buyer: np.ndarray
    lead: np.ndarray


class Goods(NamedTuple):
    """Where goods are, grams.

    inputs, finished: stocks (good, element, firm); taken: allotted this month, free to leave unless a quota stops it (element, relation);
    transit: on their way (month of arrival, element, relation).
    """

    inputs: np.ndarray
    finished: np.ndarray
    taken: np.ndarray
    transit: np.ndarray


class Served(NamedTuple):
    """Whom holders of stocks serve: expected use (leading grams a month) and usual cover (months), (good, firm); priority (relation,)."""

    expected: np.ndarray
    cover: np.ndarray
    priority: np.ndarray


# ---------------------------------------------------------------------- orders


class Shares(NamedTuple):
    """How orders are shared out: first (cell + 1,) relation of each buyer and good; share of its orders, usable: may be asked, barred: may not by law, ready to deliver;
    came: how much of what was ordered has been leaving; proven: the share of its use for which the buyer has qualified the supplier (relation,)."""

    first: np.ndarray
    share: np.ndarray
    usable: np.ndarray
    barred: np.ndarray
    ready: np.ndarray
    came: np.ndarray
    proven: np.ndarray


class Appeal(NamedTuple):
    """How offers appeal to their buyers (relation,): weight at the start, and utility (a log-odds)."""

    weight: np.ndarray
    utility: np.ndarray


class Pace(NamedTuple):
    """Months in which shares move: away to suppliers outside China, or back."""

    away: float
    back: float


class Orders(NamedTuple):
    """What is ordered, owed from before, asked of the seller and filled by it this month (relation,), leading grams; record: share of it the seller has been filling."""

    order: np.ndarray
    backlog: np.ndarray
    asked: np.ndarray
    filled: np.ndarray
    record: np.ndarray


class Demand(NamedTuple):
    """Orders by firm (good, firm), leading grams a month: ordered by each buyer, and its expected use."""

    ordered: np.ndarray
    expected: np.ndarray


class Proof(NamedTuple):
    """How volumes are qualified: months it takes (relation,); growth asked beyond what is qualified, and beyond expected use, while stock is made up; months
    in which what is not used is forgotten; share delivered that is delivery in full."""

    months: np.ndarray
    growth: float
    restocking: float
    forgotten: float
    full: float


class Sellers(NamedTuple):
    """Relations in the order of seller and good: rows (relation,), and first (seller and good + 1,) place of each among them."""

    rows: np.ndarray
    first: np.ndarray


class Standing(NamedTuple):
    """Who is served first (relation,): rank of whole orders (0 first), priority within a tier, leading grams covered by contracts, share offered at home first (0 abroad)."""

    rank: np.ndarray
    priority: np.ndarray
    covered: np.ndarray
    first_refusal: np.ndarray


class Spot(NamedTuple):
    """What a seller keeps of a spot price (relation,): price and freight, USD/kg, duty and premium paid at home, shares; and how much it weighs."""

    price: np.ndarray
    duty: np.ndarray
    freight: np.ndarray
    premium: np.ndarray
    netback_weight: float


class Bids(NamedTuple):
    """Orders as a tier serves them (relation,), leading grams: wanted in all, open to all on the spot, wanted in this tier, their weight in it, given in it, filled so far."""

    want: np.ndarray
    open_to_all: np.ndarray
    part: np.ndarray
    weight: np.ndarray
    given: np.ndarray
    filled: np.ndarray


class Shelf(NamedTuple):
    """One seller's stock of one good: their numbers, and that of the good's leading element."""

    good: int
    seller: int
    lead: int


class Takers(NamedTuple):
    """Relations that take part of a seller's scrap: rows, the part of each in the base year, and the part of what nobody took then that a new line may have (0: no new line)."""

    rows: np.ndarray
    part: np.ndarray
    loose: np.ndarray


class Retired(NamedTuple):
    """Products at the end of their life: grams (element, user); place: their user's market region; most: largest share that can be collected; mandate: share that must be (user,)."""

    grams: np.ndarray
    place: np.ndarray
    most: np.ndarray
    mandate: np.ndarray


class Collectors(NamedTuple):
    """Plants that collect used products: their market region; what they seek, have room for, and are given of it, leading grams (plant,)."""

    place: np.ndarray
    sought: np.ndarray
    room: np.ndarray
    given: np.ndarray


# ---------------------------------------------------------------------- experience


class Usual(NamedTuple):
    """What is usually bought: share (relation,) of the buyer's expected use (good, firm), leading grams a month."""

    share: np.ndarray
    expected: np.ndarray


class Month(NamedTuple):
    """What a month brought (relation,), leading grams: ordered, shipped (flow), and applied for and not decided (queued)."""

    order: np.ndarray
    flow: np.ndarray
    queued: np.ndarray


class Opinion(NamedTuple):
    """What a buyer thinks of a supplier (relation,): trust, and the licence wait in months."""

    trust: np.ndarray
    wait: np.ndarray


class Lessons(NamedTuple):
    """How trust learns: share delivered from which it gains, and speeds of gain and loss a month."""

    full: float
    gain: float
    loss: float


class Patience(NamedTuple):
    """How waits are perceived: weight of the newest month, least flow reckoned with (a share of normal purchases), longest wait in months."""

    newest: float
    trickle: float
    longest: float


class Candidates(NamedTuple):
    """Possible suppliers (relation,): status, clock of months left to qualify, months it takes in all, outside China (1) or not."""

    status: np.ndarray
    clock: np.ndarray
    months: np.ndarray
    outside: np.ndarray


class Motives(NamedTuple):
    """Why new suppliers are sampled: fear (firm,), lack and orders lost to rules of origin (good, firm), and the monthly rate at the full of any; first: share of use each then starts with."""

    fear: np.ndarray
    lack: np.ndarray
    lost: np.ndarray
    rate: float
    first: float


# ---------------------------------------------------------------------- the border


class Terms(NamedTuple):
    """What licences ask (relation,): share controlled, months until the first decision, shares approved and denied a month."""

    controlled: np.ndarray
    least_months: np.ndarray
    approval: np.ndarray
    denial: np.ndarray


class Licence(NamedTuple):
    """What one licence asks: as `Terms`, share controlled and approved of each of its relations, months and share denied of all."""

    controlled: np.ndarray
    least_months: int
    approval: np.ndarray
    denial: float


class Paper(NamedTuple):
    """Licences on paper, leading grams: book of applications (relation, months waited), the sum of it standing, permits not yet used, and
    what was granted this month (relation,)."""

    book: np.ndarray
    standing: np.ndarray
    permit: np.ndarray
    granted: np.ndarray


class Offices(NamedTuple):
    """Licence offices: the relations each covers (office, relation), the place of destination of each relation (relation,); leading grams each can still grant
    this month (office,), and to each place (office, place); what was asked of it (office,)."""

    covers: np.ndarray
    place: np.ndarray
    left: np.ndarray
    places_left: np.ndarray
    asked: np.ndarray


class Filing(NamedTuple):
    """For how many months of orders buyers apply at most."""

    longest: float


class Called(NamedTuple):
    """How orders are called off (relation,): the whole of order and backlog, leading grams; share controlled, and of it the share not banned; and what is
    demanded of each seller (good, firm), leading grams."""

    whole: np.ndarray
    controlled: np.ndarray
    open: np.ndarray
    demanded: np.ndarray


class Limits(NamedTuple):
    """Quotas: the relations each covers (limit, relation), and its leading grams a month (limit,)."""

    covers: np.ndarray
    capacity: np.ndarray


class Room(NamedTuple):
    """What limits leave one relation: the part of what is asked, and leading grams."""

    part: float
    grams: float


# ---------------------------------------------------------------------- supply seen by buyers and by the market


class Coming(NamedTuple):
    """What a buyer has coming (relation,), leading grams: on its way, owed."""

    pipe: np.ndarray
    backlog: np.ndarray


class Shelves(NamedTuple):
    """Goods for sale (good, firm): on the shelf and sold a month, leading grams; months of sales that are normally kept."""

    shelf: np.ndarray
    sales: np.ndarray
    stockhold: np.ndarray


class Plants(NamedTuple):
    """Capacities (firm,): leading grams a month, and the factor of it that works."""

    factor: np.ndarray
    capacity: np.ndarray


class Thin(NamedTuple):
    """How a stock below normal counts: the least ratio, and the power it is raised to."""

    floor: float
    power: float


class Users(NamedTuple):
    """Goods in use (good, firm): input stock and expected use a month, leading grams; months of use aimed at."""

    stock: np.ndarray
    expected: np.ndarray
    aim: np.ndarray


class Across(NamedTuple):
    """Relations by border: exports from China, and those between others; region of each firm (-1 in China), and how many regions there are."""

    export: np.ndarray
    outside: np.ndarray
    place: np.ndarray
    regions: int


class Exports(NamedTuple):
    """Exports as they are counted (export,): their relations, the cell of good and destination, tonnes a gram."""

    rows: np.ndarray
    cell: np.ndarray
    weight: np.ndarray


# ---------------------------------------------------------------------- prices


class Imports(NamedTuple):
    """What buyers outside have from China (region and good,): needed and landed, leading grams a month; openness announced."""

    needed: np.ndarray
    landed: np.ndarray
    announced: np.ndarray


class Openness(NamedTuple):
    """Of quoted goods by region: how far imports have been arriving (active), and how open trade seems."""

    active: np.ndarray
    open: np.ndarray


class Memory(NamedTuple):
    """Weights of the newest month, for arrivals and for openness; weight of what arrived against what is announced."""

    activity: float
    openness: float
    experience: float


class Supply(NamedTuple):
    """Goods on their markets, leading grams: stock, its target and use a month (market and good,); inflow a month (quoted market and good,)."""

    stock: np.ndarray
    inflow: np.ndarray
    target: np.ndarray
    use: np.ndarray


class Cover(NamedTuple):
    """How cover is reckoned: months looked ahead, and its bounds."""

    horizon: float
    floor: float
    ceiling: float


class Squeeze(NamedTuple):
    """How scarcity bites: share of the target from which it does, the power, and the most it comes to."""

    threshold: float
    power: float
    most: float


class Aim(NamedTuple):
    """Where prices go, USD/kg: target (quoted good,), and the least they aim at (good,)."""

    target: np.ndarray
    least: np.ndarray


class Motion(NamedTuple):
    """How prices move (quoted good,): speed towards their target, momentum, and its part in the next step."""

    speed: np.ndarray
    momentum: np.ndarray
    drift: np.ndarray


class Stride(NamedTuple):
    """Steps of a month, in logs: weight of the newest in momentum, the most a price falls and rises."""

    memory: float
    fall: float
    rise: float


class Quotes(NamedTuple):
    """Prices outside China (region and good,), USD/kg: parity with China's, and the ask."""

    parity: np.ndarray
    asked: np.ndarray


class Ask(NamedTuple):
    """How much is bought at the ask (quoted good,): least share of tonnage; how far imports arrive; the power by which it rises as they do not."""

    weight: np.ndarray
    active: np.ndarray
    power: float


class Apart(NamedTuple):
    """What keeps regions apart: freight (from, to), USD/kg, and duty (good, from, to), a share."""

    freight: np.ndarray
    duty: np.ndarray


class Traders(NamedTuple):
    """How goods move between regions (quoted good,): share a month of a gap beyond what moving costs, and cost of finding them a customer there, USD/kg."""

    speed: np.ndarray
    placing: np.ndarray


class Curves(NamedTuple):
    """Cost curves, one after another: first (curve + 1,) producer of each, cheapest first, and what each producer's unit costs (producer,)."""

    first: np.ndarray
    cost: np.ndarray


class Carriage(NamedTuple):
    """What an offer is made of (relation,): what is added to its quote (USD/kg), the part of both that is asked, freight (USD/kg), tariff (share), and the numbers of the quote and of its buyer's price."""

    added: np.ndarray
    asked: np.ndarray
    freight: np.ndarray
    tariff: np.ndarray
    quote: np.ndarray
    place: np.ndarray


class Moves(NamedTuple):
    """Prices, USD/kg: what offers start from (quote,), and paid by buyers (market and good)."""

    offered: np.ndarray
    paid: np.ndarray


class Arrivals(NamedTuple):
    """What goods come to: price paid and cost of the offer on arrival (relation,), USD/kg; mean duty (cell,), a share."""

    price: np.ndarray
    landed: np.ndarray
    duty: np.ndarray


# ---------------------------------------------------------------------- purses


class Gates(NamedTuple):
    """What is paid on each relation (relation,), USD/kg: price at the buyer's, what the offer costs on arrival, price of ore at the start (0: no ore), freight; duty; leading grams
    per gram of product; whether the seller's goods are priced by their cost; moved (good,): price over that of the start."""

    price: np.ndarray
    landed: np.ndarray
    ore: np.ndarray
    freight: np.ndarray
    tariff: np.ndarray
    content: np.ndarray
    by_cost: np.ndarray
    moved: np.ndarray


class Accounts(NamedTuple):
    """What firms are paid and pay for goods this month (firm,), thousand USD."""

    received: np.ndarray
    paid: np.ndarray


class Recipe(NamedTuple):
    """What comes with a kg of each firm's main product and goes into it, kg (good, firm), ores in kg at the general price; conversion, USD/kg; whether it is priced by its cost (firm,)."""

    mix: np.ndarray
    bill: np.ndarray
    conversion: np.ndarray
    by_cost: np.ndarray


class Origin(NamedTuple):
    """Shares of value of Chinese origin: held (good, firm), of what each firm has or has under way; sold (firm,), of what it makes; keeps (firm,): whether it only keeps goods."""

    held: np.ndarray
    sold: np.ndarray
    keeps: np.ndarray


class Counters(NamedTuple):
    """Price at the gate and cost of inputs of each firm's main product (firm,), USD/kg."""

    netback: np.ndarray
    inputs: np.ndarray
