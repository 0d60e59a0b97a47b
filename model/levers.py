"""Levers: what instruments pull. Rebuilt every month from neutral, so that nothing ever needs undoing."""

import numpy as np

from model import kernels
from model.errors import InputError
from model.names import GOODS, month_index

MONTHS_A_YEAR = 12


class Levers:
    """Limits on trade relations and firms this month.

    By relation: controlled (share that needs a licence), least_months, approval, denial, office (-1 none), tariff, banned,
    quota (-1 none). By firm: severity (announced), factor (capacity left). By good: openness (announced).
    """

    def __init__(self, model):
        self.model, n = model, model.trade.size
        self.controlled, self.approval, self.denial = np.zeros(n), np.ones(n), np.zeros(n)
        self.least_months, self.office = np.zeros(n, np.int64), np.full(n, -1, np.int64)
        self.tariff, self.banned, self.quota = np.zeros(n), np.zeros(n), np.full(n, -1, np.int64)
        self.severity, self.factor = np.zeros(model.count), np.ones(model.count)
        self.openness = np.ones(len(GOODS))
        self.offices, self.quotas = [], []
        self.domestic_first = False
        self.acts, self.references, self.rows, self.drawn, self.terms = {}, {}, {}, {}, {}
        self.pulled, self.standing = [], None

    def lift(self):
        """Hands off every lever: they go back to neutral, unless the same hands pull them again (`settle`)."""
        self.pulled = []

    def settle(self):
        """The instruments enacted pull the levers; while they are those of last month, and steady, the levers stand as they are."""
        if self.pulled == self.standing:
            return
        self.reset()
        for instrument in self.pulled:
            instrument.pull(self)
        self.standing = self.pulled if all(instrument.steady for instrument in self.pulled) else None

    def reset(self):
        """Every lever back to neutral."""
        self.controlled.fill(0.0)
        self.approval.fill(1.0)
        self.denial.fill(0.0)
        self.least_months.fill(0)
        self.office.fill(-1)
        self.tariff.fill(0.0)
        self.banned.fill(0.0)
        self.quota.fill(-1)
        self.severity.fill(self.model.p.belief_background)
        self.factor.fill(1.0)
        self.openness.fill(1.0)
        self.offices, self.quotas = [], []
        self.domestic_first = False

    def licence(self, key, measure, terms):
        """An export licence acts on the relations it covers; `key` names the office."""
        if key not in self.acts:
            self.acts[key] = self.act(key, measure, terms)
        rows, share, rate, capacity = self.acts[key]
        self.offices.append(capacity)
        kernels.tighten(
            rows, self.controlled, self.least_months, self.approval, self.denial, self.office, np.array(self.offices),
            share, terms.minimum_months, rate, terms.denial_rate, len(self.offices) - 1,
        )  # fmt: skip
        self.domestic_first = self.domestic_first or terms.controlled_share > 0.0

    def act(self, key, measure, terms):
        """What a licence does to each relation: controlled share (E8.3, E8.4), approval rate, and the office's capacity.

        Destinations treated worse, and defence end users, are controlled more strictly while a regime is in force.
        """
        rows = self.relations(key, measure, terms.goods)
        buyers = self.model.trade.buyer[rows]
        factor = self.model.by_country(terms.destination_factor)[buyers]
        defence = self.model.is_defence[buyers]
        strict = np.maximum(1.0 - np.minimum(factor, 1.0), np.where(defence, self.model.p.defence_strictness, 0.0))
        general = np.where(defence, 0.0, terms.general_licence_share)
        controlled = terms.controlled_share * (1.0 - general)
        share = controlled + (terms.controlled_share > 0.0) * (1.0 - controlled) * strict * getattr(measure, "month_share", 1.0)
        rate = np.minimum(terms.approval_rate * factor, np.where(defence, terms.defence_approval_rate, 1.0))
        capacity = self.ceiling(key, rows, self.draw(key, terms.capacity_share), measure.reference)
        return rows, share, np.minimum(rate, 1.0), capacity

    def announce(self, measure, terms):
        """What is announced reaches firms in the countries named, and the markets if it concerns all."""
        key = (measure.name, terms.goods)
        if key not in self.rows:
            to_all = "*" in measure.destinations and "*" in measure.end_uses
            goods = [GOODS.index(good) for good in terms.goods if to_all]
            self.rows[key] = np.flatnonzero(self.model.in_countries(measure.buyers)), np.array(goods, np.int64)
        told, goods = self.rows[key]
        kernels.announce(told, terms.announced_severity, self.severity, goods, terms.announced_openness, self.openness)

    def terms_of(self, licence):
        """The terms of a licence by office: one office for each group of goods."""
        if licence.name not in self.terms:
            self.terms[licence.name] = tuple(((licence.name, n), terms) for n, terms in enumerate(licence.terms()))
        return self.terms[licence.name]

    def relations(self, key, measure, goods=None):
        """Relations a measure covers, for all its goods or for those given (kept: they never change)."""
        if key not in self.rows:
            uses = getattr(measure, "covered_sectors", None)
            self.rows[key] = self.model.trade.between(measure.sellers, measure.buyers, goods or measure.covered_goods, uses)
        return self.rows[key]

    def firms(self, key, names, countries, stage):
        """Firms a shock hits, by name or by country and stage."""
        if key not in self.rows:
            agents = self.model.firms.agents
            unknown = set(names) - {agent.name for agent in agents}
            if unknown:
                raise InputError(f"{key}: entities: no firm is called {sorted(unknown)[0]!r}; see the tables of model/data")
            hit = [a.name in names or (a.stage == stage and a.country in countries) for a in agents]
            self.rows[key] = np.flatnonzero(hit)
        return self.rows[key]

    def leading_grams(self, rows, tonnes_per_year):
        """A year's product tonnage as leading grams a month, at the content of the goods sold on these relations."""
        content = self.model.trade.content[rows]
        flow = np.maximum(self.model.trade.base_flow[rows], 1.0)
        return tonnes_per_year * 1e6 / MONTHS_A_YEAR * float((content * flow).sum() / flow.sum()) if len(rows) else 0.0

    def forget(self, name):
        """An instrument changed: what was kept of it is worked out anew."""
        self.standing = None
        for kept in (self.acts, self.references, self.rows, self.drawn, self.terms):
            for key in [key for key in kept if name in (key, key[0])]:
                del kept[key]

    def draw(self, key, share):
        """A capacity of which several are possible is drawn by the run's luck."""
        if isinstance(share, tuple):
            if key not in self.drawn:
                luck = self.model.chance.uniform("capacity", 0, self.model.key_of(key))
                self.drawn[key] = share[min(int(luck * len(share)), len(share) - 1)]
            return self.drawn[key]
        return share

    def ceiling(self, key, rows, share, reference):
        """A share of the mean monthly flow over the 12 months before the reference month, leading grams; inf if none."""
        if share is None:
            return np.inf
        if key not in self.references:
            self.references[key] = self.model.trade.mean_flow(rows, month_index(reference), MONTHS_A_YEAR)
        return share * self.references[key]

    def limit(self, rows, grams):
        """A quota: no more than `grams` a month on the relations given; the smaller of two quotas counts."""
        self.quotas.append(grams)
        number = len(self.quotas) - 1
        held = np.array([self.quotas[q] if q >= 0 else np.inf for q in self.quota[rows]])
        self.quota[rows[grams < held]] = number
