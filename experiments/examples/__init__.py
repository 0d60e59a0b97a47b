"""Parts of one's own, to copy and change: `python -m experiments.truce_vs_resume --plugin experiments/examples/stockpile.py`."""
