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

    inputs, finished: stocks (good, element, firm); taken: allotted this month, released: free to leave (element, relation); queue: waiting
    for a licence (element, relation, months waited); transit: on their way (month of arrival, element, relation).
    """

    inputs: np.ndarray
    finished: np.ndarray
    taken: np.ndarray
    queue: np.ndarray
    released: np.ndarray
    transit: np.ndarray


# ---------------------------------------------------------------------- orders


class Shares(NamedTuple):
    """How orders are shared out: first (cell + 1,) relation of each buyer and good; share of its orders, usable: may be asked, ready to deliver (relation,)."""

    first: np.ndarray
    share: np.ndarray
    usable: np.ndarray
    ready: np.ndarray


class Appeal(NamedTuple):
    """How offers appeal to their buyers (relation,): weight at the start, and utility (a log-odds)."""

    weight: np.ndarray
    utility: np.ndarray


class Pace(NamedTuple):
    """Months in which shares move: away to suppliers outside China, or back."""

    away: float
    back: float


class Orders(NamedTuple):
    """What is ordered, owed from before and filled this month (relation,), leading grams; record: share of orders the seller has been filling."""

    order: np.ndarray
    backlog: np.ndarray
    filled: np.ndarray
    record: np.ndarray


class Demand(NamedTuple):
    """Orders by firm (good, firm), leading grams: ordered by each buyer, and demanded of each seller."""

    ordered: np.ndarray
    demanded: np.ndarray


class Trial(NamedTuple):
    """How a supplier that fails is asked: record from which it delivers in full, growth asked of it, least part of its share it is given."""

    full: float
    growth: float
    least: float


class Sellers(NamedTuple):
    """Relations in the order of seller and good: rows (relation,), and first (seller and good + 1,) place of each among them."""

    rows: np.ndarray
    first: np.ndarray


class Standing(NamedTuple):
    """Who is served first (relation,): under contract or spot, rank of the tier (0 first), priority within it."""

    contract: np.ndarray
    rank: np.ndarray
    priority: np.ndarray


class Shelf(NamedTuple):
    """One seller's stock of one good: their numbers, and that of the good's leading element."""

    good: int
    seller: int
    lead: int


class Takers(NamedTuple):
    """Relations that take part of a seller's scrap: rows, and the part of each."""

    rows: np.ndarray
    part: np.ndarray


# ---------------------------------------------------------------------- experience


class Usual(NamedTuple):
    """What is usually bought: share (relation,) of the buyer's expected use (good, firm), leading grams a month."""

    share: np.ndarray
    expected: np.ndarray


class Month(NamedTuple):
    """What a month brought (relation,), leading grams: ordered, shipped (flow), and waiting for a licence (queued)."""

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
    """Why new suppliers are sampled: fear (firm,), lack (good, firm), and the monthly rate at the full of either."""

    fear: np.ndarray
    lack: np.ndarray
    rate: float


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


class Limits(NamedTuple):
    """Offices or quotas: the relations each covers (limit, relation), and its leading grams a month (limit,)."""

    covers: np.ndarray
    capacity: np.ndarray


class Room(NamedTuple):
    """What limits leave one relation: the part of what is asked, and leading grams."""

    part: float
    grams: float


class Passed(NamedTuple):
    """What went through the licence office, grams (element,): entered the queue, went back to sellers, was approved and left."""

    entered: np.ndarray
    back: np.ndarray
    left: np.ndarray


# ---------------------------------------------------------------------- supply seen by buyers and by the market


class Coming(NamedTuple):
    """What a buyer has coming (relation,), leading grams: waiting for a licence, on its way, owed."""

    queued: np.ndarray
    pipe: np.ndarray
    backlog: np.ndarray


class Delay(NamedTuple):
    """What deliveries take (relation,), months: transport (lag), and the perceived licence wait."""

    lag: np.ndarray
    wait: np.ndarray


class Shelves(NamedTuple):
    """Goods for sale (good, firm): on the shelf and sold a month, leading grams; months of sales that are normally kept."""

    shelf: np.ndarray
    sales: np.ndarray
    stockhold: np.ndarray


class Plants(NamedTuple):
    """Capacities (firm,): leading grams a month, and the factor of it that works."""

    factor: np.ndarray
    capacity: np.ndarray


class Range(NamedTuple):
    """Bounds of a ratio and the power it is raised to."""

    floor: float
    ceiling: float
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


class Carriage(NamedTuple):
    """What an offer is made of (relation,): base price and freight (USD/kg), tariff (share), and the numbers of the quote it follows and of its buyer's price."""

    base: np.ndarray
    freight: np.ndarray
    tariff: np.ndarray
    quote: np.ndarray
    place: np.ndarray


class Moves(NamedTuple):
    """Prices over those of the start: offered by quote (kind of quote and good), and paid by buyers (market and good)."""

    offered: np.ndarray
    paid: np.ndarray


class Arrivals(NamedTuple):
    """What goods come to: price paid (relation,), USD/kg; cost on arrival over that of the start (relation,); mean duty (cell,), a share."""

    price: np.ndarray
    landed: np.ndarray
    duty: np.ndarray
