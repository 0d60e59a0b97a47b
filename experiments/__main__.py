"""List the questions, one line each, with the command that answers them; then the storylines and patches."""

from importlib import import_module

from model import Patch, Scenario

QUESTIONS = (
    "truce_vs_resume", "what_lasts", "horizons", "truce_value", "policy_portfolio", "programmes", "chokepoints", "statecraft", "doctrines", "investors", "followed", "findings", "attribution",
    "against_others", "recycling", "hindcast", "benchmark",
)  # fmt: skip


def main() -> None:
    """Print each module's question, the first line of its docstring; then what they can be asked of."""
    for name in QUESTIONS:
        question = (import_module(f"experiments.{name}").__doc__ or "").strip().splitlines()[0]
        print(f"python -m experiments.{name:<16}  {question}")
    print(f"\nStorylines: {', '.join(Scenario.names())}\nPatches, for --patch or as in truce_holds+stockpile*0.5: {', '.join(Patch.names())}")


if __name__ == "__main__":
    main()
