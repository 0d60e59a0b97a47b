"""The page as a user's command serves it, at its worst: on a machine whose list of types calls scripts plain text, with a model that loses a gram in March 2024.

It loses it under one seed only, so that one server is enough for all that is asked of the page.
"""

import mimetypes

from model import TradeModel
from model.view.__main__ import main

FAULTY = 13
"""The seed under which the gram is lost."""
step = TradeModel.step


def faulty(model: TradeModel) -> None:
    if model.seed == FAULTY and model.month == "2024-02":
        model.ledger.book["inputs"] = model.ledger.book["inputs"] + 1.0
    step(model)


if __name__ == "__main__":
    mimetypes.add_type("text/plain", ".js")
    TradeModel.step = faulty
    main()
