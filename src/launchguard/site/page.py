"""The embedded site's landing page: about 30 KB of HTML that compresses as a real one does."""

import random

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Spring sale - Example Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="The spring sale at the Example Shop: three days, 30 % off.">
<style>body{font:16px/1.5 sans-serif;margin:0}main{max-width:64rem;margin:auto;padding:1rem}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:1rem}
.card{border:1px solid #ddd;border-radius:.5rem;padding:1rem}.price{font-weight:700}</style></head>
<body><main><h1>Spring sale</h1><p>Three days, -30 % on everything for balcony and garden.</p>
<p><a href="/order">Order now</a></p><section class="grid">
"""
_WORDS = (
    "balcony",
    "garden",
    "linen",
    "oak",
    "chair",
    "lamp",
    "planter",
    "bench",
    "canvas",
    "cushion",
    "lantern",
    "table",
)


def landing_page(size_bytes: int = 30_720) -> bytes:
    """The page, filled with products up to about `size_bytes`; the same bytes every time."""
    rng = random.Random(7)  # noqa: S311 - filler text
    parts = [_HEAD]
    size = len(_HEAD)
    while size < size_bytes:
        first, second = rng.sample(_WORDS, 2)
        card = (
            f'<article class="card" id="p{rng.randrange(10**8):08d}"><h2>{first.title()} {second}</h2>'
            f"<p>{' '.join(rng.choices(_WORDS, k=12)).capitalize()}.</p>"
            f'<p class="price">{rng.randrange(5, 300)}.{rng.randrange(100):02d} EUR</p></article>\n'
        )
        parts.append(card)
        size += len(card)
    parts.append("</section></main></body></html>\n")
    return "".join(parts).encode()
