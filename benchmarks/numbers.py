"""Numbers as the report, its charts and the terminal show them."""


def written(value: float) -> str:
    """With the digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
