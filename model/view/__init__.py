"""The browser page: watch the trade network react, and compare two futures."""
