"""List the questions, one line each, with the command that answers them."""

from importlib import import_module

QUESTIONS = ("truce_vs_resume", "what_lasts", "investors", "followed", "doctrines", "attribution", "against_others", "recycling", "hindcast", "benchmark")


def main() -> None:
    """Print each module's question: the first line of its docstring."""
    for name in QUESTIONS:
        question = (import_module(f"experiments.{name}").__doc__ or "").strip().splitlines()[0]
        print(f"python -m experiments.{name:<16}  {question}")


if __name__ == "__main__":
    main()
