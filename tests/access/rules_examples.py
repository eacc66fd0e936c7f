from tests.access.matrix import Rule, Rules, only

HOLDING = only("drill_officer", "manager_a", "manager_b", "officer_north", "officer_south")


RULES: Rules = {
    "drills:example_list": (Rule(HOLDING),),
    "drills:example_detail": (Rule(HOLDING, lambda scene: ["village-torrent"]),),
}
