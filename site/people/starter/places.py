"""The fictional county and the list of sectors."""

from typing import Any

from people.models import Division, Sector
from records.starter import Outcome, sync

COUNTY = "999901"
DIVISIONS = (
    # code, name, English name; the length of the code tells the level and the parent
    ("999901", "示例县", "Shili County"),
    ("999901101", "青石镇", "Qingshi Town"),
    ("999901101201", "青石村", "Qingshi Village"),
    ("999901101202", "石门村", "Shimen Village"),
    ("999901102", "河湾镇", "Hewan Town"),
    ("999901102201", "河湾村", "Hewan Village"),
    ("999901102202", "柳堤村", "Liudi Village"),
    ("999901201", "北岭乡", "Beiling Township"),
    ("999901201201", "北岭村", "Beiling Village"),
    ("999901201202", "松坡村", "Songpo Village"),
)
LEVELS = {6: Division.Level.COUNTY, 9: Division.Level.TOWNSHIP, 12: Division.Level.VILLAGE, 15: Division.Level.GRID}

SECTORS = (
    ("hazardous_chemicals", "危险化学品", "Hazardous chemicals"),
    ("fireworks", "烟花爆竹", "Fireworks"),
    ("coal_mine", "煤矿", "Coal mines"),
    ("other_mine", "非煤矿山", "Mines other than coal"),
    ("metal_smelting", "金属冶炼", "Metal smelting"),
    ("industry_trade", "工贸", "Industry and trade"),
    ("construction", "建筑施工", "Construction"),
    ("road_traffic", "道路交通", "Road traffic"),
    ("water_traffic", "水上交通", "Water traffic"),
    ("railway", "铁路", "Railways"),
    ("town_gas", "城镇燃气", "Town gas"),
    ("fire_safety", "消防", "Fire safety"),
    ("special_equipment", "特种设备", "Special equipment"),
    ("electric_power", "电力", "Electric power"),
    ("pipelines", "油气管道", "Oil and gas pipelines"),
    ("farm_machinery", "农机", "Farm machinery"),
    ("fishery", "渔业", "Fishery"),
    ("education", "教育", "Education"),
    ("health_care", "医疗", "Health care"),
    ("culture_tourism", "文化旅游", "Culture and tourism"),
    ("civil_affairs", "民政养老", "Civil affairs and elderly care"),
    ("trade_catering", "商贸餐饮", "Trade and catering"),
    ("religion", "宗教", "Religious venues"),
)


def load_divisions() -> list[Outcome]:
    return [sync_division(code, name, name_en) for code, name, name_en in DIVISIONS]


def sync_division(code: str, name: str, name_en: str) -> Outcome:
    return sync(
        f"people.division.{code}",
        {"name": name, "name_en": name_en, "level": str(LEVELS[len(code)])},
        find=lambda: Division.objects.filter(code=code).first(),
        read=lambda division: {"name": division.name, "name_en": division.name_en, "level": division.level},
        write=lambda division, shipped: write_division(division, code, shipped),
    )


def write_division(division: Division | None, code: str, shipped: dict[str, Any]) -> Division:
    if division is None:
        parent = Division.objects.filter(code=code[:-3]).first()
        return parent.add_child(code=code, **shipped) if parent else Division.add_root(code=code, **shipped)
    Division.objects.filter(pk=division.pk).update(**shipped)
    division.refresh_from_db()
    return division


def load_sectors() -> list[Outcome]:
    return [sync_sector(place, *row) for place, row in enumerate(SECTORS, start=1)]


def sync_sector(position: int, code: str, name: str, name_en: str) -> Outcome:
    return sync(
        f"people.sector.{code}",
        {"name": name, "name_en": name_en, "position": position},
        find=lambda: Sector.objects.filter(code=code).first(),
        read=lambda sector: {"name": sector.name, "name_en": sector.name_en, "position": sector.position},
        write=lambda _, shipped: Sector.objects.update_or_create(code=code, defaults=shipped)[0],
    )
