"""The pages: Explore, Compare, Results, History."""
