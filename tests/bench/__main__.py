"""`make bench`: pages, search and rosters beside the plain way of doing them, in the same run; medians and
ratios, no verdict.

The plain way of a page is Wagtail's own routing; of a search, a scan for the substring (which is also the truth that
recall is measured against) and Wagtail's stock index.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.readers import bench_readers
from tests.bench.rosters import bench_rosters
from tests.product.installation import ROOT, Product

PATHS = ("/", "/hazards/gas/", "/library/coal-stove-co/", "/library/gas-safety/", "/search/?q=燃气")
WORDS = ("燃气", "山洪", "灭火器", "有限空间", "一氧化碳", "应急包", "触电", "滑坡", "疏散演练", "雷电")
ROUNDS = 40
SMALL, LARGE = 1_000, 10_000  # search entries


def milliseconds(act: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    act()
    spent = []
    for _round in range(rounds):
        began = time.process_time()
        act()
        spent.append((time.process_time() - began) * 1000)
    return spent


def bench_pages() -> None:
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from portal import urls

    client = Client(HTTP_HOST="127.0.0.1")
    print(f"{'page, uncached':34} {'CPU ms':>8} {'queries':>8} {'plain ms':>9} {'plain q.':>8} {'ratio':>6}")
    for path in PATHS:
        ours = statistics.median(milliseconds(lambda path=path: client.get(path)))
        with CaptureQueriesContext(connection) as asked:
            cache.clear()
            client.get(path)
        if path.startswith("/search/"):
            print(f"{path:34} {ours:8.2f} {len(asked):8}")
            continue
        short_way = urls.urlpatterns.pop()
        try:
            reset_resolvers()
            plain = statistics.median(milliseconds(lambda path=path: client.get(path)))
            with CaptureQueriesContext(connection) as asked_plain:
                cache.clear()
                client.get(path)
        finally:
            urls.urlpatterns.append(short_way)
            reset_resolvers()
        print(f"{path:34} {ours:8.2f} {len(asked):8} {plain:9.2f} {len(asked_plain):8} {plain / ours:6.2f}")


def reset_resolvers() -> None:
    from django.urls import clear_url_caches, get_resolver

    clear_url_caches()
    for resolver in get_resolver().url_patterns:
        for inner in getattr(resolver, "url_patterns", []):
            inner.__dict__.pop("url_patterns", None)


def fill(count: int) -> None:
    """Search entries made of the shipped sentences in another order, each with its page."""
    import random

    from portal.bigrams import grams
    from portal.models import ArticlePage, LibraryPage, SearchEntry

    chance = random.Random(1)
    texts = list(SearchEntry.objects.filter(language="zh-hans").values_list("text", flat=True))
    sentences = [line for text in texts for line in text.splitlines() if len(line) > 8]
    library = LibraryPage.objects.get(locale__language_code="zh-hans")
    entries = []
    for number in range(count):
        text = "\n".join(chance.sample(sentences, 12))
        page = library.add_child(
            instance=ArticlePage(title=f"测 {number}", slug=f"bench-{number}", summary="测", body=[])
        )
        entries.append(
            SearchEntry(
                page_id=page.pk,
                language="bench",
                kind="ArticlePage",
                title=page.title,
                text=text,
                title_grams=grams(page.title),
                text_grams=grams(text),
            )
        )
    SearchEntry.objects.bulk_create(entries, batch_size=500)


def bench_search(count: int) -> None:
    from portal import search, suggestions
    from portal.models import SearchEntry

    fill(count)
    ours, wide, typed, scan, found, there = [], [], [], [], 0, 0
    for word in WORDS:
        ours += milliseconds(lambda word=word: search.matching(word, "bench"), rounds=10)
        plain = SearchEntry.objects.filter(language="bench", text__contains=word)
        scan += milliseconds(
            lambda plain=plain: list(plain.order_by("-pk").values_list("page_id")[: search.MOST]), rounds=10
        )
        truth = set(plain.values_list("page_id", flat=True))
        found += len(truth & set(search.matching(word, "bench")))
        there += len(truth)
        wide += milliseconds(lambda word=word: search.hits(search.read(word), "bench"), rounds=10)
        typed += milliseconds(lambda word=word: suggestions.while_typing(word, "bench"), rounds=10)
    print(f"\nsearch in {count:,} pages, {len(WORDS)} words: recall {found / there:.4f} ({found} of {there})")
    for name, spent in (
        ("bigram phrases", ours),
        ("with equal words", wide),
        ("while typing", typed),
        ("substring scan", scan),
    ):
        p95 = statistics.quantiles(spent, n=20)[-1]
        print(f"  {name:16} median {statistics.median(spent):7.2f} CPU ms   p95 {p95:7.2f} CPU ms")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="ten thousand pages instead of one thousand")
    large = parser.parse_args().large
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder))
        product.manage("prepare")
        os.environ.update(product.environment)
        sys.path[:0] = [str(ROOT), str(ROOT / "site")]
        import django

        django.setup()
        bench_pages()
        bench_search(LARGE if large else SMALL)
        bench_rosters()
        bench_readers(product)
    return 0


if __name__ == "__main__":
    sys.exit(main())
