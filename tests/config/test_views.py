from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client


@pytest.fixture
def published() -> Path:
    path = Path(settings.MEDIA_ROOT) / "drawing.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    return path


def test_a_published_file_is_served_and_can_run_nothing(client: Client, published: Path) -> None:
    response = client.get("/uploads/drawing.svg")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["../keys.json", "%2e%2e/keys.json", "..%2fprivate/x", "nothing.png", "/etc/passwd"])
def test_nothing_beside_the_published_files_can_be_had(client: Client, db: None, published: Path, path: str) -> None:
    assert client.get(f"/uploads/{path}").status_code in (400, 404)


def test_the_process_says_that_it_answers(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


def test_readiness_tells_whether_background_work_moves(client: Client, db: None) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (503, False)  # no worker has been seen


def test_the_admin_has_no_sign_in_of_its_own(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_only_the_admin_path_may_write_inline(client: Client, db: None) -> None:
    policies = [client.get(path)["Content-Security-Policy"] for path in ("/admin/", "/account/login/", "/healthz")]
    assert ["unsafe-inline" in policy for policy in policies] == [True, False, False]
