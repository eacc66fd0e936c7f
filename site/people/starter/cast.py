"""Who lives in the fictional county: organisations and one account for every role."""

from typing import NamedTuple

from people import rules
from people.models import Membership, Organisation, Role
from people.starter.places import COUNTY


class DemoOrganisation(NamedTuple):
    key: str
    name: str
    kind: str
    division: str
    sector: str
    registrar: str  # the first two characters of the credit code
    body: str  # the eight characters before its inner check character

    @property
    def credit_code(self) -> str:
        return rules.make_credit_code(self.registrar, COUNTY, self.body)


Kind = Organisation.Kind
ORGANISATIONS = (
    DemoOrganisation(
        "chemical", "示例化工有限责任公司", Kind.ENTERPRISE, "999901201202", "hazardous_chemicals", "91", "MA000001"
    ),
    DemoOrganisation("coal", "青石煤业有限公司", Kind.ENTERPRISE, "999901101202", "coal_mine", "91", "MA000002"),
    DemoOrganisation("school", "河湾镇中心小学", Kind.SCHOOL, "999901102201", "education", "12", "MB000003"),
    DemoOrganisation("bureau", "示例县应急管理局", Kind.OFFICE, "999901", "", "11", "MB000004"),
    DemoOrganisation("north", "北岭乡人民政府", Kind.OFFICE, "999901201", "", "11", "MB000005"),
    DemoOrganisation("south", "河湾镇人民政府", Kind.OFFICE, "999901102", "", "11", "MB000006"),
)


class DemoAccount(NamedTuple):
    key: str  # what `manage.py demo_code` is asked for
    name: str
    title: str  # Chinese, for demo.txt
    organisation: str
    role: str = ""
    scope: str = ""  # code of a division or sector, or key of an organisation
    category: str = Membership.Category.WORKER

    @property
    def phone(self) -> str:
        """199 0000 00NN by the place in the list."""
        return f"1990000{[account.key for account in ACCOUNTS].index(self.key) + 1:04d}"


ACCOUNTS = (
    DemoAccount("learner", "李强", "企业员工", "chemical"),
    DemoAccount("miner", "马建军", "煤矿工人", "coal", category=Membership.Category.SPECIAL_OPERATOR),
    DemoAccount(
        "manager_a",
        "王芳",
        "企业安全管理人员（甲）",
        "chemical",
        Role.ORG_MANAGER,
        "chemical",
        Membership.Category.SAFETY_MANAGER,
    ),
    DemoAccount(
        "manager_b",
        "赵敏",
        "企业安全管理人员（乙）",
        "coal",
        Role.ORG_MANAGER,
        "coal",
        Membership.Category.SAFETY_MANAGER,
    ),
    DemoAccount("officer_north", "周立", "乡镇工作人员（北岭乡）", "north", Role.TOWNSHIP_OFFICER, "999901201"),
    DemoAccount("officer_south", "吴静", "乡镇工作人员（河湾镇）", "south", Role.TOWNSHIP_OFFICER, "999901102"),
    DemoAccount(
        "supervisor", "郑浩", "行业监管人员（危险化学品）", "bureau", Role.SECTOR_SUPERVISOR, "hazardous_chemicals"
    ),
    DemoAccount("editor", "孙悦", "内容编辑", "bureau", Role.EDITOR),
    DemoAccount("training_officer", "钱海", "培训管理人员", "bureau", Role.TRAINING_OFFICER),
    DemoAccount("exam_officer", "冯雪", "考试管理人员", "bureau", Role.EXAM_OFFICER),
    DemoAccount("drill_officer", "陈刚", "演练管理人员", "bureau", Role.DRILL_OFFICER),
    DemoAccount("leader", "刘主任", "局领导", "bureau", Role.LEADER, category=Membership.Category.LEADER),
    DemoAccount("system_admin", "何平", "系统管理员", "bureau", Role.SYSTEM_ADMIN),
    DemoAccount("auditor", "许晴", "审计员", "bureau", Role.AUDITOR),
    DemoAccount("inspector", "唐勇", "检查人员（示例化工，一年）", "bureau", Role.INSPECTOR, "chemical"),
    DemoAccount(
        "headteacher",
        "杨静",
        "学校安全负责人（河湾镇中心小学）",
        "school",
        Role.ORG_MANAGER,
        "school",
        Membership.Category.SAFETY_MANAGER,
    ),
    DemoAccount("second_editor", "沈月", "内容编辑（初审）", "bureau", Role.EDITOR),
)
