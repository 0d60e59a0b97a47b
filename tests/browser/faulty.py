"""The page as a user's command serves it, but with a model that loses a gram in March 2024."""

from model import TradeModel
from model.view.__main__ import main

step = TradeModel.step


def faulty(model: TradeModel) -> None:
    if model.month == "2024-02":
        model.ledger.book["inputs"] = model.ledger.book["inputs"] + 1.0
    step(model)


if __name__ == "__main__":
    TradeModel.step = faulty
    main()
