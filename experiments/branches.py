"""One past, many futures: a replicate's model runs once to a month, is put away, and goes on from there as often as asked, each time with something else in force."""

import pickle
from collections.abc import Iterable

from experiments.ensemble import built
from experiments.plan import Plan
from model import TradeModel
from model.names import month_index, month_name
from model.policies.instrument import Instrument


class Branches:
    """A replicate of a scenario as it stands at the end of the month before `date`; every branch takes it up there, to the same bits as a run from the first month."""

    def __init__(self, plan: Plan, replicate: int, date: str) -> None:
        self.model = built(plan, plan.scenarios[0], replicate).run_until(before(date))
        self.kept = pickle.dumps(self.model)

    def branch(self, instruments: Iterable[Instrument] = ()) -> TradeModel:
        """A model of its own that goes on from there with some instruments more."""
        model: TradeModel = pickle.loads(self.kept)
        for instrument in instruments:
            model.impose(instrument)
        return model


def before(month: str) -> str:
    """The month before one."""
    return month_name(month_index(month) - 1)
