"""The pages of the simple drill record, its wire, its sheet, and the files that people try to send."""

import io
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from drills.models import Drill, DrillFile
from drills.services import simple as services
from drills.simple_papers import LARGEST, Paper
from drills.simple_sheet import sheet
from people.models import Organisation
from tests.drills.factories import join, make_drill, make_plan, make_version
from tests.people.factories import OrganisationFactory, RoleGrantFactory

pytestmark = pytest.mark.django_db
UID = "0b6a7a1e-9a2e-4a39-8a41-6a3c7b1f2d10"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


def url(name: str, *args: Any) -> str:
    return reverse(f"drills:{name}", args=args)


def picture(format: str = "JPEG", size: tuple[int, int] = (2400, 1200), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, format, **options)
    return out.getvalue()


def upload(name: str = "photo.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if content is None else content)


def an_hour_ago() -> datetime:
    return (timezone.localtime() - timedelta(hours=1)).replace(second=0, microsecond=0)


def fields(**changed: Any) -> dict[str, Any]:
    return {
        "hazard": "earthquake",
        "level": "enterprise",
        "starts_at": f"{an_hour_ago():%Y-%m-%dT%H:%M}",
        "minutes": "20",
        "place": "操场",
        "form": "live",
        "people": "120",
        "basis": "counted",
        "problems": "铃声听不清",
    } | changed


def make_record(organisation: Organisation, by: Any, **changed: Any) -> Drill:
    begun = an_hour_ago()
    told = {
        **{"plan_version": None, "hazard": "earthquake", "level": "enterprise", "starts_at": begun},
        **{"ends_at": begun + timedelta(minutes=20), "place": "操场", "form": "live"},
        **{"people": 120, "basis": "counted"},
    }
    now = timezone.now()
    recorded = services.record_simple(organisation, services.Told(**{**told, **changed}), uid=uuid4(), by=by, now=now)
    return recorded.drill


def errors_of(response: Any, name: str) -> list[str]:
    return list(response.context["form"].errors.get(name, []))


# ── An ordinary form ─────────────────────────────────────────────────────────
def test_without_any_script_it_is_a_form_like_any_other(manager_a: Any, client_of: Any) -> None:
    client = client_of(manager_a)
    page = client.get(url("simple_new"))
    assert page.status_code == 200
    uid = page.context["form"].initial["uid"]
    sent = fields(uid=str(uid), sign_in=[upload("签到表.pdf", PDF)], photos=[upload(), upload("b.png", picture("PNG"))])
    answer = client.post(url("simple_new"), sent)
    drill = Drill.objects.get(uid=uid)
    assert (answer.status_code, answer["Location"]) == (302, url("simple_detail", drill.pk))
    assert sorted(drill.files.values_list("kind", flat=True)) == ["photo", "photo", "sign_in"]
    client.post(url("simple_new"), sent)  # the second press of an impatient thumb
    assert (Drill.objects.count(), drill.files.count()) == (1, 3)


def test_the_defaults_are_the_likeliest(organisation_a: Any, manager_a: Any, client_of: Any) -> None:
    make_version(make_plan(organisation_a, hazard="earthquake", kind="unit_special"))
    client = client_of(manager_a)
    likeliest = client.get(url("simple_new")).context["form"].initial
    latest = organisation_a.plans.get().versions.get()
    assert (likeliest["organisation"], likeliest["plan"]) == (organisation_a.pk, latest.pk)
    assert (likeliest["minutes"], likeliest["place"], likeliest["form"]) == (30, "", "live")
    assert timedelta(minutes=60) <= timezone.now() - likeliest["starts_at"] < timedelta(minutes=66)
    make_record(organisation_a, manager_a, place="食堂", form="tabletop")
    likeliest = client.get(url("simple_new")).context["form"].initial
    assert (likeliest["place"], likeliest["form"], likeliest["plan"]) == ("食堂", "tabletop", None)


def test_the_plan_tells_the_hazard_and_the_level(organisation_a: Any, manager_a: Any, client_of: Any) -> None:
    telling = make_version(make_plan(organisation_a, hazard="gas", kind="unit_special"))
    broad = make_version(make_plan(organisation_a, hazard="", kind="unit_comprehensive"))
    client = client_of(manager_a)
    asked = fields(plan=telling.pk)
    del asked["hazard"], asked["level"]
    assert client.post(url("simple_new"), asked).status_code == 302
    drill = Drill.objects.get()
    assert (drill.plan_version, drill.hazard, drill.level) == (telling, "gas", "enterprise")
    refused = client.post(url("simple_new"), asked | {"plan": broad.pk})
    assert errors_of(refused, "hazard") == ["请选择灾种。"]
    assert client.post(url("simple_new"), asked | {"plan": broad.pk, "hazard": "flood"}).status_code == 302


def test_only_issued_plans_of_ones_scope_are_offered(
    organisation_a: Any, organisation_b: Any, manager_a: Any, client_of: Any
) -> None:
    mine = make_version(make_plan(organisation_a))
    others = make_version(make_plan(organisation_b))
    draft = make_version(make_plan(organisation_a, title="草稿"), issued=False)
    old = make_version(make_plan(organisation_a, title="停用", withdrawn_on="2026-01-01", withdrawn_reason="旧"))
    client = client_of(manager_a)
    assert list(client.get(url("simple_new")).context["form"].fields["plan"].queryset) == [mine]
    for version in (others, draft, old):
        assert errors_of(client.post(url("simple_new"), fields(plan=version.pk)), "plan")
    assert not Drill.objects.exists()


def test_an_officer_chooses_among_the_organisations_of_his_scope(
    organisation_a: Any, organisation_b: Any, village_north: Any, officer_north: Any, client_of: Any
) -> None:
    committee = OrganisationFactory(name="北岭村村民委员会", kind="village_committee", division=village_north)
    client = client_of(officer_north)
    form = client.get(url("simple_new")).context["form"]
    assert set(form.fields["organisation"].queryset) == {organisation_a, committee}
    assert errors_of(client.post(url("simple_new"), fields(organisation=organisation_b.pk)), "organisation")
    asked = fields(organisation=committee.pk)
    del asked["level"]
    assert client.post(url("simple_new"), asked).status_code == 302
    drill = Drill.objects.get()
    assert (drill.organisation, drill.division, drill.level) == (committee, village_north, "village")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("starts_at", "2099-01-01T08:00", "时间在将来。演练记录只填已经完成的演练。"),
        ("minutes", "61", "结束时间在将来。请更正开始时间或用时。"),
        ("place", " ", "请填写。"),
        ("people", "0", "请填 1 到 99999 的整数。"),
        ("people", "1.5", "请填 1 到 99999 的整数。"),
        ("basis", "", "请选择点数或估计。"),
        ("starts_at", "昨天", "请填写日期和时间。"),
        ("hazard", "dragons", "请选择。"),
    ],
)
def test_an_error_stands_beside_its_field_and_what_was_typed_is_kept(
    manager_a: Any, client_of: Any, name: str, value: str, text: str
) -> None:
    answer = client_of(manager_a).post(url("simple_new"), fields(**{name: value, "follow_up": "加装电铃"}))
    assert (answer.status_code, errors_of(answer, name)) == (200, [text])
    page = answer.content.decode()
    place = page.index(f'data-error="{name}"')
    assert text in page[place : place + 250].replace("&#x27;", "'")
    assert "加装电铃" in page
    assert not Drill.objects.exists()


# ── Files that people try to send ────────────────────────────────────────────
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("virus.jpg", b"MZ\x90\0" + b"\0" * 500, "这不是能显示的照片"),
        ("IMG_1.heic", HEIC, "HEIC"),
        ("empty.jpg", b"", "空"),
        ("cut.jpg", picture()[:300], "这不是能显示的照片"),
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "不是能显示的照片"),
        ("scan.pdf", PDF, "这不是能显示的照片"),  # a photo is no PDF; a sign-in sheet may be one
    ],
)
def test_what_is_no_photo_is_named_and_nothing_typed_is_lost(
    manager_a: Any, client_of: Any, name: str, content: bytes, text: str
) -> None:
    answer = client_of(manager_a).post(url("simple_new"), fields(photos=[upload(), upload(name, content)]))
    (error,) = errors_of(answer, "photos")
    assert text in error
    assert name in error or not content
    assert 'value="操场"' in answer.content.decode()
    assert not Drill.objects.exists()


def test_a_file_of_fifty_megabytes_is_refused(manager_a: Any, client_of: Any) -> None:
    big = upload("film.jpg", picture() + b"\0" * (50 * 1024 * 1024))
    (error,) = errors_of(client_of(manager_a).post(url("simple_new"), fields(photos=[big])), "photos")
    assert error == "film.jpg: 文件超过 20 MB，请改为拍照上传。"
    assert big.size > LARGEST


def test_a_cut_off_pdf_is_refused(manager_a: Any, client_of: Any) -> None:
    answer = client_of(manager_a).post(url("simple_new"), fields(sign_in=[upload("a.pdf", PDF[:20])]))
    assert errors_of(answer, "sign_in") == ["a.pdf: PDF 不完整，请重新保存后再选择。"]


def test_a_photo_is_kept_without_its_place_and_not_larger_than_needed(manager_a: Any, client_of: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # taken upright
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    sent = picture(size=(4000, 3000), exif=exif) + b"<?php something behind its end"
    client_of(manager_a).post(url("simple_new"), fields(photos=[upload("photo.jpg", sent)]))
    file = DrillFile.objects.select_related("file").get().file
    kept = file.absolute.read_bytes()
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (1200, 1600), {})
    assert b"php" not in kept
    assert b"Camera" not in kept


# ── The wire ─────────────────────────────────────────────────────────────────
def send(client: Client, user: Any, uid: Any, token: str = "", age: Any = 0, **changed: Any) -> Any:
    body = {"uid": str(uid), "user": user.pk, "age": age, "fields": fields(**changed)}
    return client.post(url("simple_send"), {"record": json.dumps(body)}, headers={"X-CSRFToken": token})


def test_a_record_and_its_photos_are_sent_one_by_one_and_may_be_sent_again(manager_a: Any, client_of: Any) -> None:
    client, uid, photo = client_of(manager_a), uuid4(), uuid4()
    answer = send(client, manager_a, uid, age=3600).json()
    drill = Drill.objects.get(uid=uid)
    assert answer == {"code": "ok", "number": drill.number, "url": url("simple_detail", drill.pk), "new": True}
    assert 3599 < (drill.counted_at - drill.created_at).total_seconds() < 3601
    assert send(client, manager_a, uid, people="7").json() == answer | {"new": False}
    for _ in range(2):
        body = {"uid": str(photo), "kind": "photo", "file": upload()}
        assert client.post(url("simple_file", uid), body).json() == {"code": "ok"}
    assert (Drill.objects.count(), drill.files.count(), services.headcount(drill).count) == (1, 1, 120)


def test_what_is_refused_is_told_by_field(manager_a: Any, client_of: Any) -> None:
    answer = send(client_of(manager_a), manager_a, uuid4(), starts_at="2099-01-01T08:00", place="")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert set(answer.json()["errors"]) == {"starts_at", "place"}


def test_nobody_sends_what_another_wrote(manager_a: Any, manager_b: Any, client_of: Any) -> None:
    uid = uuid4()
    answer = send(client_of(manager_b), manager_a, uid)
    assert (answer.status_code, answer.json()) == (404, {"code": "somebody_else"})
    assert send(client_of(manager_a), manager_a, uid).status_code == 200
    answer = send(client_of(manager_b), manager_b, uid)
    assert (answer.status_code, answer.json()) == (404, {"code": "somebody_else"})
    body = {"uid": str(uuid4()), "kind": "photo", "file": upload()}
    assert client_of(manager_b).post(url("simple_file", uid), body).json() == {"code": "unknown"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "nonsense",
        '{"uid": "x", "user": 1, "fields": {}}',
        '{"uid": 5, "user": 1, "fields": {}}',
        f'{{"uid": "{UID}", "user": 1, "fields": []}}',
        f'{{"uid": "{UID}", "user": 1, "fields": {{"place": ["a"]}}}}',
        "[" * 50_000,
    ],
)
def test_what_our_page_never_sends_is_turned_away(manager_a: Any, client_of: Any, body: str) -> None:
    answer = client_of(manager_a).post(url("simple_send"), {"record": body})
    assert (answer.status_code, answer.json()["code"]) == (400, "forged")
    assert client_of(manager_a).post(url("simple_send"), {}).status_code == 400


def test_a_body_too_large_is_not_even_read(manager_a: Any, client_of: Any) -> None:
    answer = client_of(manager_a).post(url("simple_send"), {"record": "x" * 70_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_refused_file_says_why(organisation_a: Any, manager_a: Any, client_of: Any) -> None:
    drill = make_record(organisation_a, manager_a)
    body = {"uid": str(uuid4()), "kind": "photo", "file": upload("virus.jpg", b"MZ")}
    answer = client_of(manager_a).post(url("simple_file", drill.uid), body)
    assert (answer.status_code, answer.json()["code"]) == (400, "refused")
    assert "virus.jpg" in answer.json()["reason"]
    for missing in ("uid", "kind", "file"):
        again = {"uid": str(uuid4()), "kind": "photo", "file": upload()}
        del again[missing]
        assert client_of(manager_a).post(url("simple_file", drill.uid), again).status_code == 400
    assert not drill.files.exists()


def test_a_token_of_an_ended_session_does_not_send_and_a_fresh_one_does(manager_a: Any, client_of: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_of(manager_a).cookies
    old = client.get(url("simple_ready")).json()
    assert old["user"] == manager_a.pk
    client.cookies.pop("csrftoken")  # signed out and in again
    assert send(client, manager_a, uuid4(), token=old["token"]).status_code == 403
    fresh = client.get(url("simple_ready")).json()["token"]
    assert send(client, manager_a, uuid4(), token=old["token"]).status_code == 403
    assert send(client, manager_a, uuid4(), token=fresh).status_code == 200


def test_whoever_is_not_signed_in_is_led_to_the_door(client: Client) -> None:
    for address, method in ((url("simple_ready"), client.get), (url("simple_send"), client.post)):
        answer = method(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("account_login"))


# ── The page of a record ─────────────────────────────────────────────────────
def test_it_says_how_and_when_it_was_entered(organisation_a: Any, manager_a: Any, client_of: Any) -> None:
    begun = an_hour_ago() - timedelta(days=12)
    drill = make_record(
        organisation_a, manager_a, starts_at=begun, ends_at=begun + timedelta(minutes=20), basis="estimated"
    )
    page = client_of(manager_a).get(url("simple_detail", drill.pk)).content.decode()
    for text in (
        "【演练】甲化工有限公司地震应急演练",
        drill.number,
        "纸质补录",
        "约 120 人",
        f"录入滞后 {(timezone.localdate() - timezone.localdate(begun)).days} 天",  # 13 in the first hour of a day
        "没有更正",
    ):
        assert text in page


def test_a_planned_drill_has_no_simple_page(organisation_a: Any, manager_a: Any, client_of: Any) -> None:
    drill = make_drill(organisation_a)
    for name in ("simple_detail", "simple_sheet", "simple_correct", "simple_withdraw", "simple_upload"):
        assert client_of(manager_a).get(url(name, drill.pk)).status_code == 404


def test_the_page_asks_no_more_for_nine_photos_than_for_one(
    organisation_a: Any, manager_a: Any, client_of: Any
) -> None:
    drill, client = make_record(organisation_a, manager_a), client_of(manager_a)

    def asked() -> int:
        photo = services.Sheet(Paper(picture(), "image/jpeg", ".jpg"), DrillFile.Kind.PHOTO, uuid4())
        services.add_file(drill, photo, by=manager_a, now=timezone.now())
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url("simple_detail", drill.pk)).status_code == 200
        return len(seen)

    asked()
    one = asked()
    assert [asked() for _ in range(7)][-1] == one
    assert one <= 16


def test_the_form_asks_no_more_for_thirty_plans_than_for_one(
    organisation_a: Any, manager_a: Any, client_of: Any
) -> None:
    client = client_of(manager_a)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url("simple_new")).status_code == 200
        return len(seen)

    make_version(make_plan(organisation_a))
    asked()
    one = asked()
    for _ in range(29):
        make_version(make_plan(organisation_a))
    assert asked() == one


def test_pictures_and_papers_are_for_whoever_answers_for_the_drill(
    organisation_a: Any, manager_a: Any, manager_b: Any, officer_north: Any, learner: Any, client_of: Any
) -> None:
    drill = make_record(organisation_a, manager_a)
    client_of(manager_a).post(
        url("simple_upload", drill.pk), {"kind": "sign_in", "file": [upload(), upload("a.pdf", PDF)]}
    )
    photo, paper = drill.files.select_related("file").order_by("file__content_type").reverse()
    if photo.file.content_type != "image/jpeg":
        photo, paper = paper, photo
    for user, status in ((manager_a, 200), (officer_north, 200), (manager_b, 404), (learner, 404)):
        assert client_of(user).get(url("simple_thumbnail", drill.pk, photo.pk)).status_code == status
        assert client_of(user).get(reverse("records:file", args=[photo.file_id])).status_code == status
    small = client_of(manager_a).get(url("simple_thumbnail", drill.pk, photo.pk))
    with Image.open(io.BytesIO(small.content)) as image:
        assert (small["Content-Type"], image.size) == ("image/jpeg", (360, 180))
    assert client_of(manager_a).get(url("simple_thumbnail", drill.pk, paper.pk)).status_code == 404
    other = make_record(organisation_a, manager_a)
    assert client_of(manager_a).get(url("simple_thumbnail", other.pk, photo.pk)).status_code == 404


def test_whose_unit_took_part_reads_the_record_and_not_its_papers(
    organisation_a: Any, organisation_b: Any, manager_a: Any, manager_b: Any, client_of: Any
) -> None:
    drill = make_record(organisation_a, manager_a)
    photo = services.Sheet(Paper(picture(), "image/jpeg", ".jpg"), DrillFile.Kind.PHOTO, uuid4())
    row = services.add_file(drill, photo, by=manager_a, now=timezone.now())
    join(drill, organisation_b)
    page = client_of(manager_b).get(url("simple_detail", drill.pk))
    assert (page.status_code, url("simple_thumbnail", drill.pk, row.pk) in page.content.decode()) == (200, False)
    assert client_of(manager_b).get(url("simple_thumbnail", drill.pk, row.pk)).status_code == 404
    assert client_of(manager_b).get(url("simple_correct", drill.pk)).status_code == 404


# ── Corrected, withdrawn, signed ─────────────────────────────────────────────
def test_a_correction_shows_what_stood_before(organisation_a: Any, manager_a: Any, client_of: Any) -> None:
    drill, client = make_record(organisation_a, manager_a), client_of(manager_a)
    form = client.get(url("simple_correct", drill.pk)).context["form"]
    same = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    same = {name: "" if value is None else value for name, value in same.items()}
    same["starts_at"] = f"{same['starts_at']:%Y-%m-%dT%H:%M}"
    unchanged = client.post(url("simple_correct", drill.pk), same | {"reason": "核对签到表"})
    assert unchanged.context["form"].non_field_errors() == ["内容没有变化。"]
    assert errors_of(client.post(url("simple_correct", drill.pk), same | {"people": 98}), "reason")
    answer = client.post(url("simple_correct", drill.pk), same | {"people": 98, "reason": "核对签到表"})
    assert answer.status_code == 302
    page = client.get(url("simple_detail", drill.pk)).content.decode()
    assert '<span class="was">120</span> → 98' in page
    assert "核对签到表" in page
    late = client.post(url("simple_correct", drill.pk), same | {"place": "礼堂", "reason": "另一个标签页"})
    assert "有人刚刚更正了这条记录" in late.context["form"].non_field_errors()[0]
    drill.refresh_from_db()
    assert drill.place == "操场"


def test_the_plan_it_was_held_by_may_stay_after_it_is_out_of_use(
    organisation_a: Any, manager_a: Any, client_of: Any
) -> None:
    version = make_version(make_plan(organisation_a, hazard="gas", kind="unit_special"))
    drill = make_record(organisation_a, manager_a, plan_version=version, hazard="gas")
    organisation_a.plans.update(withdrawn_on="2026-01-01", withdrawn_reason="旧")
    asked = fields(
        plan=version.pk,
        people=99,
        seen=0,
        reason="核对签到表",
        starts_at=f"{timezone.localtime(drill.starts_at):%Y-%m-%dT%H:%M}",
    )
    assert client_of(manager_a).post(url("simple_correct", drill.pk), asked).status_code == 302
    drill.refresh_from_db()
    assert drill.plan_version == version


def test_a_withdrawn_record_says_so_and_is_not_corrected(organisation_a: Any, manager_a: Any, client_of: Any) -> None:
    drill, client = make_record(organisation_a, manager_a), client_of(manager_a)
    assert client.post(url("simple_withdraw", drill.pk), {"reason": "重"}).status_code == 200
    assert client.post(url("simple_withdraw", drill.pk), {"reason": "重复录入了"}).status_code == 302
    page = client.get(url("simple_detail", drill.pk)).content.decode()
    assert "重复录入了" in page
    assert "不再计入统计" in page
    for name in ("simple_correct", "simple_withdraw"):
        assert client.get(url(name, drill.pk)).status_code == 404
        assert client.post(url(name, drill.pk), {"reason": "once more"}).status_code == 404


def test_the_signed_sheet_comes_back(organisation_a: Any, manager_a: Any, client_of: Any) -> None:
    drill, client = make_record(organisation_a, manager_a), client_of(manager_a)
    refused = client.post(url("simple_upload", drill.pk), {"kind": "signed", "file": [upload("a.exe", b"MZ")]})
    assert "a.exe" in errors_of(refused, "file")[0]
    answer = client.post(url("simple_upload", drill.pk), {"kind": "signed", "file": [upload("扫描.pdf", PDF)]})
    assert answer["Location"] == url("simple_detail", drill.pk)
    assert drill.files.get().kind == "signed"
    assert "签字记录" in client.get(url("simple_detail", drill.pk)).content.decode()


def test_the_sheet_is_one_page_that_leads_back(organisation_a: Any, manager_a: Any, settings: Any) -> None:
    settings.PUBLIC_URL = "https://drills.example"
    organisation_a.name = "甲" * 100
    organisation_a.save()
    longest = "很长的话。\n" * 66
    version = make_version(make_plan(organisation_a, title="预" * 120))
    drill = make_record(
        *(organisation_a, manager_a),
        **{"went_well": longest, "problems": longest, "follow_up": longest, "basis": "estimated", "place": "地" * 120},
        plan_version=version,
    )
    reader = PdfReader(io.BytesIO(sheet(drill, now=timezone.now())))
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    for words in ("【演练】", "简易演练记录", drill.number, "约 120 人", "负责人（签字）", "记录人（签字）", "估计"):
        assert words in text


def test_the_sheet_is_saved_under_its_title(organisation_a: Any, manager_a: Any, client_of: Any) -> None:
    drill = make_record(organisation_a, manager_a)
    answer = client_of(manager_a).get(url("simple_sheet", drill.pk))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


# ── Who ──────────────────────────────────────────────────────────────────────
def test_who_holds_no_organisation_yet_is_told_what_to_do(township_south: Any, client_of: Any, learner: Any) -> None:
    RoleGrantFactory(user=learner, role="township_officer", division=township_south)
    page = client_of(type(learner).objects.get(pk=learner.pk)).get(url("simple_new"))
    assert (page.status_code, page.context["holds_any"]) == (200, False)


def test_the_card_stands_on_the_home_page_of_whoever_holds_drills(
    manager_a: Any, inspector: Any, client_of: Any
) -> None:
    shown = [f'href="{url("simple_new")}"' in client_of(user).get(reverse("people:home")).content.decode()
             for user in (manager_a, inspector)]  # fmt: skip
    assert shown == [True, False]
