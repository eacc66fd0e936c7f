from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from records import queries, trail
from records.middleware import RequestTrail


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{queries.request_id()} {queries.client_address()}")


def test_a_request_has_a_number_and_an_address_while_it_is_answered(rf: RequestFactory):
    response = RequestTrail(answer)(rf.get("/", headers={"X-Request-ID": "abcdef-123456"}, REMOTE_ADDR="203.0.113.9"))
    assert response.content == b"abcdef-123456 203.0.113.9"
    assert response["X-Request-ID"] == "abcdef-123456"
    assert trail.current.get() == trail.NOBODY


def test_a_number_that_is_none_of_ours_is_replaced(rf: RequestFactory):
    response = RequestTrail(answer)(rf.get("/", headers={"X-Request-ID": "<script>"}))
    assert len(response["X-Request-ID"]) == 32


def test_behind_our_proxy_the_address_is_the_one_it_saw(rf: RequestFactory, settings: Any):
    settings.TRUSTED_PROXIES = 1
    request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}, REMOTE_ADDR="10.0.0.1")
    assert RequestTrail(answer)(request).content.endswith(b" 203.0.113.9")


def test_an_error_leaves_no_trail_behind(rf: RequestFactory):
    def stumble(_request: HttpRequest) -> HttpResponse:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  ours
        RequestTrail(stumble)(rf.get("/"))
    assert trail.current.get() == trail.NOBODY
