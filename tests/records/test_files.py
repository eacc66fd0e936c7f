import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records import services
from records.errors import UnknownKind
from records.models import AuditEntry, PrivateFile
from tests.records.conftest import REPORT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registered")]


@pytest.fixture
def report(private_root: Path, alice: Any) -> PrivateFile:
    return services.store_private(REPORT, "名单 2026.pdf", b"%PDF-1.7 ...", by=alice)


def address(file: PrivateFile) -> str:
    return reverse("records:file", args=[file.pk])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_file_is_kept_whole_with_its_hash_and_without_its_name_on_the_disk(report: PrivateFile, private_root: Path):
    assert (report.size, report.content_type, report.name) == (12, "application/pdf", "名单 2026.pdf")
    assert report.sha256 == sha256(b"%PDF-1.7 ...").hexdigest()
    assert report.absolute.read_bytes() == services.open_private(report).read() == b"%PDF-1.7 ..."
    assert report.absolute.is_relative_to(private_root)
    assert "2026.pdf" not in str(report.absolute)


def test_an_uploaded_file_is_read_in_pieces(private_root: Path, alice: Any):
    upload = SimpleUploadedFile("../../etc/roster.xlsx", b"x" * 200_000)
    kept = services.store_private(REPORT, upload.name or "", upload, by=alice)
    assert (kept.size, kept.name) == (200_000, "roster.xlsx")


def test_a_kind_that_nobody_registered_is_refused(private_root: Path, alice: Any):
    with pytest.raises(UnknownKind):
        services.store_private("tests.unheard_of", "x", b"x", by=alice)


def test_whoever_may_read_the_kind_reads_and_is_logged(report: PrivateFile, alice: Any, client: Client):
    client.force_login(alice)
    response = client.get(address(report))
    assert (response.status_code, body(response)) == (200, b"%PDF-1.7 ...")
    assert response["Cache-Control"] == "private, no-store"
    entry = AuditEntry.objects.get(action="records.file_read")
    assert (entry.actor, entry.object_id) == (alice, str(report.pk))


def test_others_do_not_learn_that_it_exists(report: PrivateFile, bob: Any, client: Client):
    client.force_login(bob)
    assert client.get(address(report)).status_code == 404
    assert not AuditEntry.objects.filter(action="records.file_read").exists()


def test_a_stranger_is_asked_to_sign_in_whether_it_exists_or_not(report: PrivateFile, client: Client):
    answers = [client.get(address(report))]
    answers.append(client.get(reverse("records:file", args=["00000000-0000-4000-8000-000000000000"])))
    assert [answer.status_code for answer in answers] == [302, 302]


def test_only_the_first_piece_of_a_player_is_logged(report: PrivateFile, alice: Any, client: Client):
    client.force_login(alice)
    for piece in ("bytes=0-3", "bytes=4-7"):
        assert client.get(address(report), headers={"Range": piece}).status_code == 206
    assert AuditEntry.objects.filter(action="records.file_read").count() == 1


def test_a_signed_link_opens_for_a_minute_without_a_session(report: PrivateFile, alice: Any, client: Client):
    now = timezone.now()
    fresh = services.signed_url(report, now, by=alice)
    assert body(client.get(fresh)) == b"%PDF-1.7 ..."
    assert AuditEntry.objects.get(action="records.file_read").actor == alice
    old = services.signed_url(report, now - timedelta(seconds=62))
    assert client.get(old).status_code == 302


def test_a_link_for_one_file_opens_no_other(report: PrivateFile, alice: Any, client: Client):
    other = services.store_private(REPORT, "other.pdf", b"secret", by=alice)
    token = services.signed_url(report, timezone.now()).partition("?")[2]
    assert client.get(f"{address(other)}?{token}").status_code == 302
    assert client.get(f"{address(report)}?{token}x").status_code == 302


def test_a_file_that_could_run_in_our_name_is_saved_instead_of_shown(private_root: Path, alice: Any, client: Client):
    page = services.store_private(REPORT, "page.html", b"<script>alert(1)</script>", by=alice)
    client.force_login(alice)
    response = client.get(address(page))
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]


def test_nginx_is_told_where_the_file_is(report: PrivateFile, alice: Any, client: Client, settings: Any):
    settings.ACCEL_PREFIX = "/protected"
    client.force_login(alice)
    response = client.get(address(report))
    assert response["X-Accel-Redirect"] == f"/protected/{report.path}"
    assert response["Content-Type"] == "application/pdf"
    assert body(response) == b""


def test_an_expired_file_is_gone_at_once_and_deleted_by_the_purge(private_root: Path, alice: Any, client: Client):
    now = timezone.now()
    kept = services.store_private(REPORT, "rows.xlsx", b"x", by=alice, expires_at=now - timedelta(seconds=1))
    client.force_login(alice)
    assert client.get(address(kept)).status_code == 404
    assert services.purge_files(now) == 1
    assert not kept.absolute.exists()
    assert not PrivateFile.objects.exists()


def test_a_file_without_a_row_goes_after_a_day(report: PrivateFile, private_root: Path):
    orphan, fresh = private_root / REPORT / "orphan", private_root / REPORT / "fresh"
    orphan.write_bytes(b"x")
    fresh.write_bytes(b"x")
    now = timezone.now()
    before = (now - timedelta(days=2)).timestamp()
    for path in (orphan, report.absolute):
        os.utime(path, (before, before))
    assert services.purge_files(now) == 1
    assert [orphan.exists(), fresh.exists(), report.absolute.exists()] == [False, True, True]
