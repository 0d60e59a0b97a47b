"""`python -m model.world` (see model.world.workshop)."""

from model.world.workshop import main

if __name__ == "__main__":
    main()
