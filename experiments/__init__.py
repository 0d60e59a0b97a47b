"""Questions put to the model, one module each, and the tools they share: plan, ensemble, metrics, compare, figures, report."""
