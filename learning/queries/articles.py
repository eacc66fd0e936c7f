"""Why somebody has to learn: the articles behind a programme."""

from collections.abc import Iterable

from duties.models import Article
from learning.models import Programme


def articles_of(programmes: Iterable[Programme]) -> dict[int, list[Article]]:
    """What a programme names and what its duty rests on, each once; two queries for any number of programmes."""
    programmes = list(programmes)
    through = Programme.articles.through.objects.filter(programme__in=programmes).order_by("pk")
    named = list(through.values_list("programme_id", "article_id"))
    resting = [(one.pk, one.duty.article_id) for one in programmes if one.duty and one.duty.article_id]
    wanted = list(dict.fromkeys([*resting, *named]))
    rows = Article.objects.filter(pk__in={article for _pk, article in wanted}).select_related("regulation")
    found = {article.pk: article for article in rows}
    told: dict[int, list[Article]] = {one.pk: [] for one in programmes}
    for programme, article in wanted:
        told[programme].append(found[article])
    return told
