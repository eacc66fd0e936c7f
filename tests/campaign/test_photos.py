import io
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from campaign import services
from campaign.models import ActivityPhoto
from campaign.services import add_photo
from campaign.services.photos import MOST_PHOTOS
from records.photos import differing_bits
from tests.campaign.factories import NOW, make_activity


@pytest.fixture
def activity(village: Any, officer_north: Any) -> Any:
    return make_activity(village, by=officer_north)


def picture(
    *, size: tuple[int, int] = (400, 300), turned: bool = False, kind: str = "JPEG", quality: int = 90
) -> bytes:
    """A slope of grey with a dark block, or the same turned round."""
    image = Image.linear_gradient("L").resize(size)
    image.paste(0, (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    (image.rotate(90) if turned else image).convert("RGB").save(out, kind, quality=quality, exif=exif)
    return out.getvalue()


def test_a_photo_is_kept_small_and_without_what_the_camera_wrote(activity: Any, officer_north: Any) -> None:
    kept = add_photo(activity, picture(size=(3000, 2000)), uid=uuid4(), by=officer_north, now=NOW)
    with Image.open(kept.file.open()) as image:
        assert max(image.size) == 1600
        assert not image.getexif()


def test_the_same_photo_sent_twice_is_kept_once(activity: Any, officer_north: Any) -> None:
    uid = uuid4()
    first = add_photo(activity, picture(), uid=uid, by=officer_north, now=NOW)
    assert add_photo(activity, picture(), uid=uid, by=officer_north, now=NOW) == first
    assert ActivityPhoto.objects.count() == 1


def test_a_tenth_photo_and_what_is_no_photo_are_refused(activity: Any, officer_north: Any) -> None:
    with pytest.raises(services.NotAPhoto):
        add_photo(activity, b"GIF89a", uid=uuid4(), by=officer_north, now=NOW)
    small = picture(size=(20, 15))
    for _number in range(MOST_PHOTOS):
        add_photo(activity, small, uid=uuid4(), by=officer_north, now=NOW)
    with pytest.raises(services.TooMany):
        add_photo(activity, small, uid=uuid4(), by=officer_north, now=NOW)


def test_a_picture_sent_smaller_and_compressed_anew_has_nearly_the_same_fingerprint(
    activity: Any, officer_north: Any
) -> None:
    one, same, other = (
        add_photo(activity, content, uid=uuid4(), by=officer_north, now=NOW).fingerprint
        for content in (picture(), picture(size=(200, 150), quality=40, kind="WEBP"), picture(turned=True))
    )
    assert differing_bits(one, same) <= 6
    assert differing_bits(one, other) > 6
