"""What the pages of the service have in common: the frame around a body, and how it looks."""

from html import escape


def html_page(title: str, body: str) -> str:
    """A whole page (HTML 5) around a body; it loads nothing else."""
    return _FRAME.format(title=escape(title), body=body)


_FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
        color: #1c2530; }}
table {{ border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }}
td {{ border-top: 1px solid #d8dee6; padding: .4rem .6rem; vertical-align: top; }}
code {{ background: #f1f4f8; padding: .1rem .3rem; border-radius: 3px; overflow-wrap: anywhere; }}
h2 {{ margin-top: 2.5rem; }} a {{ color: #0a58ca; }} i {{ color: #6b7785; font-size: .9em; }}
</style></head><body>
{body}
</body></html>
"""
