from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from people.models import User

P = ParamSpec("P")


class SignedIn(HttpRequest):
    user: User  # type: ignore[assignment]  # never anonymous behind a gate


View = Callable[Concatenate[Any, P], HttpResponse]


def only_for(predicate: Callable[[Any], bool]) -> Callable[[View[P]], View[P]]:
    """Strangers sign in first; for everybody else outside, the page does not exist."""

    def gate(view: View[P]) -> View[P]:
        @login_required
        @wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not predicate(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return gate


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to; an empty POST is a POST too."""
    return request.POST if request.method == "POST" else None
