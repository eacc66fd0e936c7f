from datetime import datetime
from typing import Any

from people.services import rosters
from records.spreadsheets import OutSheet, write_workbook


def rosters_scenery(manager: Any, organisation: Any, now: datetime) -> dict[str, Any]:
    """A roster that the manager has brought, checked, with a good and a bad row."""
    rows = [("王小明", "110101199003070134"), ("", "123")]
    content = write_workbook([OutSheet("人员", ("姓名", "身份证号"), rows)])
    return {"roster": rosters.receive_roster(content, "名单.xlsx", organisation=organisation, by=manager, now=now)}
