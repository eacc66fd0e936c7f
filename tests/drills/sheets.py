"""Worksheets of events with the quirks of those that planners pass round, small and our own."""

import io
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]


def workbook(*sheets: Rows | tuple[str, Rows], merged: Sequence[str] = ()) -> bytes:
    """Cells as Excel keeps them: times and dates by their format. `merged`: ranges such as "A3:A5" of each sheet."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        clock, moment = book.add_format({"num_format": "hh:mm"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for each in sheets:
            name, rows = each if isinstance(each, tuple) and isinstance(each[0], str) else (None, each)
            page = book.add_worksheet(name)
            for place in merged:
                page.merge_range(place, "")
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, datetime | time):
                        page.write_datetime(row, column, cell, clock if isinstance(cell, time) else moment)
                    elif cell not in ("", None):
                        page.write(row, column, cell)
    return target.getvalue()


#: A head in row 2 behind an empty column, times from STARTEX and by the clock in one column, headings without a type.
MIXED: Rows = (
    ("清单一",),
    (
        *("", "Action to be taken", "Timeline", "Teams", "Subject", "Content", "Comments"),
        *("Expectation Description", "Score"),
    ),
    ("", "Tell the sponsor by SMS", "M-5", "Sponsor", "Before the drill", "It begins at nine.", "", "Told", 100),
    ("", "Announce by e-mail", "09:00", "Management", "Launch", "A drill is beginning.", "Say “drill”.", "Sent", 100),
    ("", "First alarm", "T+2", "SOC, IT Ops", "First alarm", "Odd traffic at the gate.", "Have logs.", "Triage", 80),
    ("", "Prepare the drill", "", "", "", "", "", "", ""),
    ("", "Check the numbers", "09:30", "Planner/Red Team", "Directory", "Check every number.", "", "Checked", 100),
    ("", "Close the drill", "", "", "", "", "", "", ""),
    ("", "Send the report", "J+1 H+2 M-5", "All", "Report", "With owners and dates.", "", "Followed up", 100),
)

#: Numbers, real and scenario time, one message to several receivers, a poll, pictures that have no field.
PLAYERS: Rows = (
    ("#", "Real Time", "Player", "Date", "Subject", "From", "Script", "Photo", "Poll"),
    (1, time(19, 29), "Security", "Monday 9:30 AM", "Odd files", "Cloud", "We found odd files.", "p/1.png", ""),
    (2, time(19, 31), "Legal", "Monday 10:00 AM", "Which licence?", "A colleague", "Can you\nhelp?", "", "MIT | GPL"),
    (3, time(19, 32), "PR/Comm", "Monday 11:00 AM", "Encrypted!", "h4x0r@example.net", "Pay.", "p/2.png", ""),
    (4, time(19, 32), "Security", "Monday 11:00 AM", "Encrypted!", "h4x0r@example.net", "Pay.", "p/2.png", ""),
    (5, time(19, 32), "Legal", "Monday 11:00 AM", "Encrypted!", "h4x0r@example.net", "Pay.", "p/2.png", ""),
    (6, time(19, 35), "PR/Comm", "Monday 11:15 AM", "A question", "A newspaper", "Can you confirm?", "", ""),
)

#: The usual script of a county, with a title, merged phases, ranges of time and a signature at the end.
SCRIPT: Rows = (
    ("山洪灾害避险转移演练脚本",),
    (
        *("序号", "演练阶段", "脚本内容", "指挥人", "参演人员", "所需资源", "开始时间", "计划时长", "报告对象"),
        *("响应级别", "关键节点"),
    ),
    (1, "预警响应", "宣布演练开始", "总指挥", "全体", "", "9:00", "", "", "", ""),
    (
        *(2, "", "水位达到准备转移指标。各组就位。", "村支书", "抢险一组", "铜锣", "9:05-9:15", "", "镇防汛办"),
        *("Ⅲ级", "十分钟内到位"),
    ),
    (3, "转移避险", "组织群众转移", "转移组组长", "转移组", "", "9时20分", "30分钟", "", "", "全部转移到安置点"),
    (4, "", "老人不愿转移", "转移组组长", "转移组", "", "视情", "", "", "", "劝导后转移"),
    ("编制人：陈刚",),
)

#: Days before months, as French tools write them.
FRENCH: Rows = (
    ("N°", "Type", "Heure", "De", "Destinataires", "Objet", "Contenu", "Réaction attendue"),
    ("A1", "Inject", "05/06/2024 09h00", "Préfecture", "Mairie", "Alerte", "La crue monte.", "Convoquer la cellule"),
    ("A2", "Consigne", "05/06/2024 08h50", "DirEx", "Tous", "Briefing", "Rappel des règles.", ""),
    ("A3", "Inject de réserve", "si nécessaire", "DirEx", "Mairie", "Panne", "Plus de téléphone.", "Passer à la radio"),
)
