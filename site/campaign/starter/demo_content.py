"""What the demo county has and what was told there. All of it is made up."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from campaign.models import ActivityVersion, VenueKind

Kind, Form, Basis = VenueKind, ActivityVersion.Form, ActivityVersion.Basis


class DemoVenue(NamedTuple):
    name: str
    kind: VenueKind
    division: str  # its code
    households: int | None = None
    home: str = ""  # key of the organisation
    address: str = ""


#: The last six are reached by nobody yet.
VENUES: Final = (
    DemoVenue("北岭村", Kind.VILLAGE, "999901201201", 236),
    DemoVenue("松坡村", Kind.VILLAGE, "999901201202", 158),
    DemoVenue("河湾村", Kind.VILLAGE, "999901102201", 402),
    DemoVenue("柳堤村", Kind.VILLAGE, "999901102202", 287),
    DemoVenue("青石村", Kind.VILLAGE, "999901101201", 345),
    DemoVenue("示例化工厂区", Kind.ENTERPRISE, "999901201202", home="chemical"),
    DemoVenue("青石煤业", Kind.ENTERPRISE, "999901101202", home="coal"),
    DemoVenue("河湾面粉厂", Kind.ENTERPRISE, "999901102201"),
    DemoVenue("青石建材厂", Kind.ENTERPRISE, "999901101201"),
    DemoVenue("河湾镇中心小学", Kind.SCHOOL, "999901102201", home="school"),
    DemoVenue("北岭乡中心小学", Kind.SCHOOL, "999901201201"),
    DemoVenue("青石中学", Kind.SCHOOL, "999901101"),
    DemoVenue("青石镇幼儿园", Kind.SCHOOL, "999901101"),
    DemoVenue("河湾镇人民政府", Kind.OFFICE, "999901102", home="south"),
    DemoVenue("北岭乡人民政府", Kind.OFFICE, "999901201", home="north"),
    DemoVenue("县政务服务中心", Kind.OFFICE, "999901"),
    DemoVenue("青石镇滨河社区", Kind.COMMUNITY, "999901101", 1240),
    DemoVenue("河湾镇东街社区", Kind.COMMUNITY, "999901102", 860),
    DemoVenue("河湾农贸市场", Kind.MARKET, "999901102"),
    DemoVenue("青石镇集贸市场", Kind.MARKET, "999901101"),
    DemoVenue("县人民广场", Kind.PUBLIC_PLACE, "999901"),
    DemoVenue("青石镇卫生院", Kind.HOSPITAL, "999901101"),
    DemoVenue("北岭森林公园", Kind.SCENIC, "999901201"),
    DemoVenue("滨河新城二期工地", Kind.SITE, "999901101"),
    DemoVenue("石门村", Kind.VILLAGE, "999901101202", 196),
    DemoVenue("北岭乡卫生院", Kind.HOSPITAL, "999901201"),
    DemoVenue("柳堤粮油加工厂", Kind.ENTERPRISE, "999901102202"),
    DemoVenue("松坡养殖场", Kind.ENTERPRISE, "999901201202"),
    DemoVenue("柳堤小学", Kind.SCHOOL, "999901102202"),
    DemoVenue("北岭乡集镇社区", Kind.COMMUNITY, "999901201", 310),
)


class DemoStory(NamedTuple):
    form: str
    hazards: tuple[str, ...]
    people: int
    basis: str
    minutes: int
    words: str


VISIT = DemoStory(
    Form.VISIT,
    ("carbon_monoxide", "household_fire"),
    30,
    Basis.COUNTED,
    150,
    "逐户看炉具和烟道，演示一氧化碳报警器；两户烟道堵塞，当场联系村里清理。",
)
PUBLIC = (
    DemoStory(
        Form.ADVICE,
        ("ebike", "gas"),
        120,
        Basis.ESTIMATED,
        120,
        "设咨询台，讲电动自行车不进楼、燃气软管两年一换；发放折页。",
    ),
    DemoStory(Form.BOARDS, ("flood", "crowd"), 200, Basis.ESTIMATED, 180, "摆放展板，讲怎样找出口、雨天不走低洼路段。"),
)
STORIES: Final[Mapping[VenueKind, tuple[DemoStory, ...]]] = {
    Kind.VILLAGE: (
        DemoStory(
            Form.LECTURE,
            ("mountain_torrent", "landslide"),
            60,
            Basis.SIGNED,
            60,
            "讲转移信号和路线，带大家认一遍安置点；老人记住了铜锣连响就走。",
        ),
        VISIT,
        DemoStory(Form.BROADCAST, ("wildfire",), 180, Basis.ESTIMATED, 30, "大喇叭早晚各播一次，讲清明上坟不带火。"),
    ),
    Kind.COMMUNITY: (
        DemoStory(
            Form.EXPERIENCE, ("household_fire", "first_aid"), 80, Basis.COUNTED, 90, "灭火器和心肺复苏轮流上手。"
        ),
        VISIT,
    ),
    Kind.ENTERPRISE: (
        DemoStory(
            Form.SCREENING, ("confined_space",), 45, Basis.SIGNED, 40, "班前会播放有限空间警示片，逐人说出“先通风”。"
        ),
        DemoStory(
            Form.LECTURE, ("dust", "electricity"), 38, Basis.SIGNED, 60, "讲粉尘清扫和临时用电，现场找出三处隐患。"
        ),
    ),
    Kind.SITE: (
        DemoStory(Form.LECTURE, ("work_at_height",), 52, Basis.SIGNED, 45, "讲安全带高挂低用，工人当场互查。"),
    ),
    Kind.SCHOOL: (
        DemoStory(Form.LECTURE, ("drowning",), 310, Basis.COUNTED, 40, "防溺水“六不”，一起背了一遍。"),
        DemoStory(Form.DRILL, ("earthquake",), 290, Basis.COUNTED, 30, "疏散到操场，楼梯口教师在位。"),
    ),
    Kind.OFFICE: (
        DemoStory(Form.LECTURE, ("flood", "electricity"), 35, Basis.SIGNED, 60, "值班值守和叫应流程，抽问两人。"),
    ),
    Kind.PUBLIC_PLACE: PUBLIC,
    Kind.MARKET: PUBLIC,
    Kind.HOSPITAL: PUBLIC,
    Kind.SCENIC: PUBLIC,
}
