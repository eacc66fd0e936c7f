"""What upper apps hand down to every page: the menus, the footer, the name in the work header."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class MenuItem:
    label: str
    url: str
    current: bool = False
    icon: str = ""
    items: Sequence["MenuItem"] = ()  # what it opens, where it is no link itself


@dataclass(frozen=True)
class Footer:
    """The particulars Chinese law asks of a public site, as the operator has entered them; empty ones are not shown."""

    host: str = ""  # 主办单位
    contact: str = ""
    icp: str = ""  # ICP备案号
    police: str = ""  # 公网安备号
    police_url: str = ""
    site_code: str = ""  # 网站标识码
    links: Sequence[MenuItem] = field(default=())


class HouseParts:
    """Named callables over the request; a page that never shows a part never pays for it."""

    def __init__(self) -> None:
        self._parts: dict[str, Callable[[HttpRequest], Any]] = {}

    def add(self, name: str, make: Callable[[HttpRequest], Any]) -> None:
        if name not in PART_NAMES:
            raise LookupError(f"{name!r} is no part of a page; there are {', '.join(PART_NAMES)}")
        self._parts[name] = make

    def make(self, name: str, request: HttpRequest) -> Any:
        make = self._parts.get(name)
        return make(request) if make else PART_NAMES[name]


PART_NAMES: dict[str, Any] = {
    "name": "",  # the name of the site, where an editor has changed it
    "menu": (),  # public pages: MenuItems
    "footer": Footer(),
    "work_menu": (),  # work pages: MenuItems for this user
    "work_name": "",  # the organisation or desk the user works for
    "user_menu": (),  # under the user's name, above "Sign out"
}

house_parts = HouseParts()
