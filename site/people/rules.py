"""What is true of names, numbers and codes, told from plain values: no queries, no clock, no Django."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: 31 characters without I O S V Z
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
BODY_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # GB 11714, the organisation code inside
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_CHECKS = "10X98765432"

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # one-time codes: without 0 O 1 I L
CODE_LENGTH = 8

COMPOUND = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离"
    "长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭"
    "南门羊舌微生公户公玉公仪梁丘公仲公上公门公山公坚左丘公伯西门公祖第五公乘贯丘公皙南荣东里东宫仲长子书子桑"
    "即墨达奚褚师完颜纳兰叶赫那拉"
)  # two characters each
COMPOUND_SURNAMES = frozenset(COMPOUND[place : place + 2] for place in range(0, len(COMPOUND), 2))
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?")
NAME = re.compile(r"\w+(·\w+)*")


def plain(text: str) -> str:
    """Full-width to half-width, spaces out: what people paste from Word and WeChat."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def normal_code(text: str) -> str:
    """A credit code or identity number as it is kept: upper case."""
    return plain(text).upper()


# ── Unified social credit code ───────────────────────────────────────────────
def credit_check(first17: str) -> str:
    total = sum(CREDIT_ALPHABET.index(char) * weight for char, weight in zip(first17, CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def body_check(first8: str) -> str:
    total = sum(BODY_ALPHABET.index(char) * weight for char, weight in zip(first8, BODY_WEIGHTS, strict=True))
    value = (11 - total % 11) % 11
    return "X" if value == 10 else str(value)


def make_credit_code(registrar: str, division: str, body8: str) -> str:
    """Two characters, six digits, eight characters, with both check characters put in."""
    first17 = registrar + division + body8 + body_check(body8)
    return first17 + credit_check(first17)


def is_credit_code(text: str) -> bool:
    code = normal_code(text)
    if len(code) != 18 or any(char not in CREDIT_ALPHABET for char in code) or not code[2:8].isdigit():
        return False
    return body_check(code[8:16]) == code[16] and credit_check(code[:17]) == code[17]


# ── Identity number ──────────────────────────────────────────────────────────
def identity_check(first17: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first17, IDENTITY_WEIGHTS, strict=True))
    return IDENTITY_CHECKS[total % 11]


def birth_date(number: str) -> date | None:
    """The date inside an identity number; None where it is no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_identity_number(text: str, *, today: date) -> bool:
    """18 characters with a real birth date that is not in the future and the right check character. The first six
    digits are not held against today's divisions: old codes stay valid."""
    number = normal_code(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    born = birth_date(number)
    return born is not None and born <= today and identity_check(number[:17]) == number[17]


# ── Names and phones ─────────────────────────────────────────────────────────
def normal_name(text: str) -> str:
    """Chinese names lose stray spaces and get one kind of middle dot; names in Latin letters keep single spaces."""
    text = re.sub(r"[••・‧∙⋅.．]", "·", " ".join(unicodedata.normalize("NFKC", text).split()))
    return text if re.search(r"[A-Za-z]", text) else text.replace(" ", "")


def is_name(text: str) -> bool:
    """2 to 30 characters, parts joined by a middle dot, rare characters allowed, no digits; no surname logic."""
    name = normal_name(text).replace(" ", "")
    return 2 <= len(name) <= 30 and NAME.fullmatch(name) is not None and not re.search(r"[\d_]", name)


def normal_phone(text: str) -> str:
    """E.164: 138 0013 8000 → +8613800138000. Anything else comes back as typed without spaces, hyphens and brackets."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    mobile = re.sub(r"^(\+|00)?86", "", digits)
    if MOBILE.fullmatch(mobile):
        return f"+86{mobile}"
    return digits


def is_mobile(text: str) -> bool:
    return re.fullmatch(r"\+861[3-9]\d{9}", normal_phone(text)) is not None


def is_phone(text: str) -> bool:
    return is_mobile(text) or LANDLINE.fullmatch(plain(text)) is not None


# ── Masks ────────────────────────────────────────────────────────────────────
def mask_name(name: str) -> str:
    """张三 → 张*, 王小明 → 王*明, 欧阳修 → 欧阳*, 欧阳清风 → 欧阳**; other names keep their first character."""
    if len(name) < 2:
        return name
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:
        return name[:2] + "*" * (len(name) - 2)
    if len(name) == 3:
        return f"{name[0]}*{name[2]}"
    return name[0] + "*" * (len(name) - 1)


def mask_identity(number: str) -> str:
    return number[:4] + "*" * 10 + number[-4:] if len(number) == 18 else "*" * max(len(number) - 4, 0) + number[-4:]


def mask_phone(phone: str) -> str:
    """+8613812345678 → 138****5678."""
    local = phone.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if len(local) >= 10 else "*" * len(local)


# ── One-time codes ───────────────────────────────────────────────────────────
def normal_typed_code(text: str) -> str:
    """What somebody typed from a slip: case, spaces and hyphens do not matter."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def grouped_code(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


# ── Who is staff ─────────────────────────────────────────────────────────────
class Granted(Protocol):
    organisation_id: int | None


def sees_more_than_one_organisation(grants: Iterable[Granted]) -> bool:
    """Staff: any grant that is not for a single organisation, or grants for two of them."""
    seen = {grant.organisation_id for grant in grants}
    return None in seen or len(seen) > 1


def may_combine(roles: Iterable[str]) -> bool:
    """Who sets the system up does not also audit it."""
    return not {"auditor", "system_admin"} <= set(roles)


# ── How long a session lasts ─────────────────────────────────────────────────
OWN_PHONE_DAYS = timedelta(days=30)
BORROWED_CAP = timedelta(hours=12)


def session_over(
    *, staff: bool, own_phone: bool, signed_in_at: datetime, seen_at: datetime, now: datetime, staff_idle: timedelta
) -> bool:
    """Staff: idle for too long. A learner: thirty days unused on an own phone, else twelve hours after signing in."""
    if staff:
        return now - seen_at > staff_idle
    if own_phone:
        return now - seen_at > OWN_PHONE_DAYS
    return now - signed_in_at > BORROWED_CAP


def touch_due(*, staff: bool, own_phone: bool, seen_at: datetime, now: datetime) -> bool:
    """The last activity is written at most once a minute; a learner's own phone needs no more than once an hour."""
    return now - seen_at >= (timedelta(hours=1) if own_phone and not staff else timedelta(minutes=1))


# ── Passwords ────────────────────────────────────────────────────────────────
def character_kinds(text: str) -> int:
    """Of lower case, upper case, digits, anything else."""
    kinds = {"lower" if c.islower() else "upper" if c.isupper() else "digit" if c.isdigit() else "other" for c in text}
    return len(kinds)
