from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from records import checks


def ids(found: list[Any]) -> list[str]:
    return [each.id for each in found]


@pytest.mark.parametrize("secret", ["short", "django-insecure-" + "abcdefghij" * 6, "x" * 80])
def test_a_secret_that_can_be_guessed_is_an_error(settings: Any, secret: str):
    settings.SECRET_KEY = secret
    assert ids(checks.secrets(None)) == ["records.E001"]


def test_keys_must_be_whole_and_two(settings: Any):
    settings.DATA_KEY = settings.SEAL_KEY
    assert ids(checks.secrets(None)) == ["records.E003"]
    settings.DATA_KEY = b"short"
    assert ids(checks.secrets(None)) == ["records.E002"]


def test_an_installation_of_our_own_has_good_secrets():
    assert checks.secrets(None) == []


def test_production_has_no_debug_no_wildcard_and_no_demo(settings: Any):
    settings.DEBUG, settings.ALLOWED_HOSTS, settings.DEMO = True, ["*"], True
    assert ids(checks.production(None)) == ["records.E004", "records.E005", "records.E006"]
    settings.DEBUG, settings.ALLOWED_HOSTS, settings.DEMO = False, ["safety.example.cn"], False
    assert checks.production(None) == []


def test_times_are_shown_on_the_countys_clock(settings: Any):
    assert checks.time_zone(None) == []
    settings.TIME_ZONE = "UTC"
    assert ids(checks.time_zone(None)) == ["records.E007"]


@pytest.mark.django_db
def test_demo_accounts_that_can_sign_in_are_an_error(alice: Any):
    assert checks.demo_accounts(None, databases=None) == []
    assert checks.demo_accounts(None, databases=["default"]) == []
    if any(field.name == "is_demo" for field in alice._meta.get_fields()):
        type(alice)._base_manager.filter(pk=alice.pk).update(is_demo=True)
        assert ids(checks.demo_accounts(None, databases=["default"])) == ["records.E008"]


def test_uploads_belong_nowhere_near_the_source(settings: Any, tmp_path: Path):
    settings.VAR_DIR = settings.ROOT / "var"
    settings.PRIVATE_ROOT = settings.ROOT / "var" / "uploads" / "private"
    settings.MEDIA_ROOT = settings.ROOT / "var" / "uploads" / "public"
    assert checks.upload_folders(None) == []
    settings.MEDIA_ROOT = Path(apps.get_app_config("records").path) / "uploads"
    assert ids(checks.upload_folders(None)) == ["records.E009"]
    settings.VAR_DIR, settings.MEDIA_ROOT = settings.ROOT, settings.ROOT / "uploads"
    settings.PRIVATE_ROOT = tmp_path
    assert ids(checks.upload_folders(None)) == ["records.E009"]


def test_private_files_are_not_among_the_public_ones(settings: Any, tmp_path: Path):
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path, tmp_path / "private"
    assert ids(checks.upload_folders(None)) == ["records.E010"]


def test_a_cache_that_each_process_has_for_itself_is_an_error(settings: Any):
    assert checks.shared_cache(None) == []
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert ids(checks.shared_cache(None)) == ["records.E011"]
    settings.DEBUG = True
    assert checks.shared_cache(None) == []


def test_what_pdfs_need_is_a_warning_at_work_and_an_error_in_production(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "has_chinese_font", lambda: False)
    monkeypatch.setattr(checks.ctypes.util, "find_library", lambda name: None)
    assert ids(checks.pdf_tools(None)) == ["records.W012", "records.W013"]
    assert ids(checks.pdf_tools_in_production(None)) == ["records.E012", "records.E013"]


def test_fonts_are_looked_for_where_there_is_no_fontconfig(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks.shutil, "which", lambda name: None)
    monkeypatch.setattr(checks, "has_font_file", lambda: True)
    assert checks.has_chinese_font()
