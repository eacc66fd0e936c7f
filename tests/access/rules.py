"""One rule, or one for each object that matters, for every named address. The names of the cast stand in tests/cast.py;
`scene` is the scenery of tests/access/conftest.py."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from tests.access import (
    rules_banks,
    rules_campaign,
    rules_campaign_phone,
    rules_certificates,
    rules_courses,
    rules_documents,
    rules_drills,
    rules_evaluation,
    rules_examples,
    rules_exams,
    rules_field,
    rules_media,
    rules_msel,
    rules_plans,
    rules_programmes,
    rules_reports,
    rules_room,
    rules_rosters,
    rules_run,
    rules_saving,
    rules_simple,
)
from tests.access.matrix import EVERYBODY, NOBODY, SIGN_IN, SIGNED_IN, Rule, Rules, only
from tests.cast import COUNTY_PARTS

COUNTY = frozenset(COUNTY_PARTS)
OFFICE = SIGNED_IN - {"learner"}
STAFF = COUNTY | {"officer_north", "officer_south", "supervisor"}  # sees more than one organisation
SEES_A = COUNTY | {"manager_a", "officer_north", "supervisor", "inspector"}
SEES_B = COUNTY | {"manager_b", "officer_south"}
MANAGES_A = only("manager_a", "training_officer", "system_admin")
MANAGES_B = only("manager_b", "training_officer", "system_admin")
ADMINISTERS = only("system_admin")
DESK = only("editor", "system_admin")  # holds wagtailadmin.access_admin
EDITS = only("editor")
REVIEWS = only("editor", "training_officer", "drill_officer", "leader")
AT_STAGE = {
    "at_first": only("editor"),
    "at_second": only("training_officer", "drill_officer"),
    "at_final": only("leader"),
}
KEEPS_CARDS = only("officer_north", "editor", "drill_officer")


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "order 7 of the bureau"}


def role_for_the_learner(scene: Any) -> dict[str, Any]:
    return {"person": scene.learner.phone, "role": "leader"} | reason(scene)


def written_card(scene: Any) -> dict[str, Any]:
    card = scene.village_card
    told = ("dangers", "signal", "route", "shelter", "duty_phone", "checked_on")
    return {name: str(getattr(card, name)) for name in told} | {"helpers": "邻居结对", "public": "on"}


def a_note(scene: Any) -> dict[str, Any]:
    return {"text": "第三步写反了"}


def an_answer(scene: Any) -> dict[str, Any]:
    return {"state": "kept", "answer": "原文没错。"}


def a_decision(scene: Any) -> dict[str, Any]:
    return {"verdict": "return", "reason": "第二步写反了"}


def empty(scene: Any) -> dict[str, Any]:
    return {}


# ── Belongs to no subject ────────────────────────────────────────────────────
CONFIG: Rules = {
    "healthz": (Rule(EVERYBODY),),
    "readyz": (Rule(EVERYBODY),),
    "robots": (Rule(EVERYBODY),),
    "upload": (
        Rule(EVERYBODY, lambda scene: [scene.document.file.name]),
        Rule(NOBODY, lambda scene: ["documents/other.txt"]),
        Rule(NOBODY, lambda scene: ["documents"]),
        Rule(NOBODY, lambda scene: [f"../private/{scene.file.path}"], refusal="400"),
    ),
    # The admin's own door is walled up: everybody is shown the house's, with its second factor.
    "admin/login/": (Rule(NOBODY, refusal=SIGN_IN),),
    "wagtailadmin_login": (Rule(NOBODY, refusal=SIGN_IN),),
}

# ── Signing in ───────────────────────────────────────────────────────────────
ACCOUNT: Rules = {
    "account_login": (Rule(EVERYBODY),),
    "account_logout": (Rule(SIGNED_IN),),
    "account_inactive": (Rule(EVERYBODY),),
    "account_reauthenticate": (Rule(SIGNED_IN),),
    "account_change_password": (Rule(SIGNED_IN),),
    "account_set_password": (Rule(SIGNED_IN),),
    "account_reset_password": (Rule(EVERYBODY),),
    "account_reset_password_done": (Rule(EVERYBODY),),
    "account_reset_password_from_key_done": (Rule(EVERYBODY),),
    "account_reset_password_from_key": (Rule(EVERYBODY, lambda scene: ["1", "no-such-key"]),),
    "mfa_index": (Rule(SIGNED_IN),),
    "mfa_authenticate": (Rule(SIGNED_IN),),  # who is in already is led on; who is half-way in, see test_doors
    "mfa_reauthenticate": (Rule(SIGNED_IN),),
    "mfa_activate_totp": (Rule(SIGNED_IN),),
    "mfa_deactivate_totp": (Rule(STAFF),),  # of this cast they have switched it on
    "mfa_view_recovery_codes": (Rule(only("leader")),),  # who has some
    "mfa_generate_recovery_codes": (Rule(SIGNED_IN),),
}

# ── People ───────────────────────────────────────────────────────────────────
PEOPLE: Rules = {
    "people:home": (Rule(SIGNED_IN),),
    "people:profile": (Rule(SIGNED_IN),),
    "people:sign_out_everywhere": (Rule(SIGNED_IN, method="post"),),
    "people:organisation_list": (Rule(OFFICE),),
    "people:organisation_detail": (
        Rule(SEES_A, pk_of("organisation_a")),
        Rule(SEES_B, pk_of("organisation_b")),
        Rule(NOBODY, lambda scene: [10**9]),
    ),
    "people:member_detail": (
        Rule(SEES_A | {"learner"}, pk_of("learner_as_member")),
        Rule(SEES_A, pk_of("manager_a_as_member")),
        Rule(SEES_B, pk_of("learner_b_as_member")),
        Rule(COUNTY | {"officer_north"}, pk_of("officer_north_as_member")),
    ),
    "people:issue_code": (
        Rule(MANAGES_A, pk_of("learner_as_member"), data=empty),
        Rule(MANAGES_B, pk_of("learner_b_as_member"), data=empty),
        # A code opens the account: for whoever holds a role only the administrator issues one, for himself nobody.
        Rule(ADMINISTERS, pk_of("manager_a_as_member"), data=empty),
        Rule(ADMINISTERS, pk_of("leader_as_member"), data=empty),
        Rule(NOBODY, pk_of("system_admin_as_member")),
    ),
    "people:identity": (
        Rule(only("manager_a", "training_officer", "exam_officer"), pk_of("learner_as_member"), data=reason),
        Rule(only("manager_b", "training_officer", "exam_officer"), pk_of("learner_b_as_member"), data=reason),
        Rule(NOBODY, pk_of("manager_a_as_member")),  # no number is on record
    ),
    "people:reset_second_factor": (
        Rule(ADMINISTERS, pk_of("leader_as_member"), method="post"),
        Rule(NOBODY, pk_of("system_admin_as_member"), method="post"),  # there is no other: nobody does it for himself
    ),
    "people:first_sign_in": (Rule(EVERYBODY),),
    "people:first_sign_in_token": (
        Rule(EVERYBODY, lambda scene: [scene.token], data=empty),
        Rule(NOBODY, lambda scene: ["no-such-token"]),
    ),
    "people:choose_password": (Rule(only("learner")),),  # of this cast he came in by a code, a moment ago
    "people:role_list": (Rule(ADMINISTERS),),
    "people:role_give": (Rule(ADMINISTERS, data=role_for_the_learner),),
    "people:role_end": (Rule(ADMINISTERS, pk_of("leaders_grant"), data=reason), Rule(NOBODY, pk_of("admins_grant"))),
}

# ── Records ──────────────────────────────────────────────────────────────────
ASKED_FOR_IT = only("manager_a", "system_admin")  # the one who asked, and who looks after all jobs
RECORDS: Rules = {
    "records:job_list": (Rule(SIGNED_IN),),
    "records:job_detail": (Rule(ASKED_FOR_IT, pk_of("failed_job")),),
    "records:job_state": (Rule(ASKED_FOR_IT, pk_of("failed_job")),),
    "records:job_retry": (Rule(ASKED_FOR_IT, pk_of("failed_job"), method="post"),),
    "records:job_cancel": (Rule(ASKED_FOR_IT, pk_of("waiting_job"), method="post"),),
    "records:audit_log": (Rule(only("auditor")),),
    "records:file": (Rule(only("manager_a"), pk_of("file")),),
}

# ── The public site ──────────────────────────────────────────────────────────
PORTAL: Rules = {
    "ui:styleguide": (Rule(STAFF),),
    "portal:search": (Rule(EVERYBODY),),
    "portal:suggest": (Rule(EVERYBODY),),
    "portal:editor_guide": (Rule(DESK),),
    "portal:outlet_list": (Rule(OFFICE),),
    "portal:outlet": (Rule(OFFICE, pk_of("article")),),
    "portal:desk": (Rule(EDITS),),
    "portal:correction_answer": (Rule(EDITS, pk_of("correction"), data=an_answer),),
    "portal:review_list": (Rule(REVIEWS),),
    "portal:review": tuple(Rule(who, pk_of(name), data=a_decision) for name, who in AT_STAGE.items()),
    "portal:review_text": tuple(Rule(who, pk_of(name)) for name, who in AT_STAGE.items()),
    "portal:withdraw": (Rule(EDITS, pk_of("article"), data=reason),),
    "portal:card_list": (Rule(KEEPS_CARDS | {"officer_south"}),),
    "portal:card_edit": (
        Rule(KEEPS_CARDS, lambda scene: [scene.village_card.division.code], data=written_card),
        Rule(NOBODY, lambda scene: ["999901201"]),  # a township has no card
    ),
    "portal:count": (Rule(EVERYBODY, lambda scene: [scene.article.pk, "reads"], method="post"),),
    "portal:correction_new": (Rule(EVERYBODY, pk_of("article"), data=a_note),),
    "portal:correction": (
        Rule(EVERYBODY, lambda scene: [scene.correction.token]),
        Rule(NOBODY, lambda scene: ["no-such-token"]),
    ),
    "portal:days": (Rule(EVERYBODY),),
    "portal:days_of": (Rule(EVERYBODY, lambda scene: [timezone.localdate().year]),),
    "portal:days_ics": (
        Rule(EVERYBODY, lambda scene: [timezone.localdate().year]),
        Rule(NOBODY, lambda scene: [1999], refusal="404"),
    ),
    "portal:kept": (Rule(EVERYBODY),),
    "portal:service_worker": (Rule(EVERYBODY),),
    "portal:villages": (Rule(EVERYBODY),),
    "portal:village": (Rule(EVERYBODY, lambda scene: [scene.village_card.division.code]),),
    "portal:village_poster": (Rule(EVERYBODY, lambda scene: [scene.village_card.division.code]),),
    "portal:poster_pdf": (
        Rule(EVERYBODY, lambda scene: [scene.poster.pk, "a4"]),
        Rule(NOBODY, lambda scene: [scene.article.pk, "a4"]),
    ),
    "portal:poster_svg": (Rule(EVERYBODY, pk_of("poster")), Rule(NOBODY, pk_of("article"))),
    "portal:page": (Rule(EVERYBODY, lambda scene: [""]), Rule(EVERYBODY, lambda scene: ["library/a1/"])),
    "wagtail_serve": (Rule(EVERYBODY, lambda scene: [""]),),  # the same addresses: our view answers them
    # Pages are for everybody, so nothing of Wagtail's doors before restricted pages is open.
    "wagtailcore_login": (Rule(NOBODY),),
    "wagtailcore_authenticate_with_password": (Rule(NOBODY, lambda scene: [1, scene.article.pk]),),
    "wagtaildocs_serve": (Rule(EVERYBODY, lambda scene: [scene.document.pk, scene.document.filename]),),
    "wagtaildocs_authenticate_with_password": (Rule(NOBODY, lambda scene: [1]),),  # no collection is restricted
}

SUBJECTS = (
    rules_campaign,
    rules_campaign_phone,
    rules_rosters,
    rules_banks,
    rules_exams,
    rules_field,
    rules_room,
    rules_saving,
    rules_certificates,
    rules_courses,
    rules_programmes,
    rules_reports,
    rules_examples,
    rules_drills,
    rules_documents,
    rules_media,
    rules_msel,
    rules_simple,
    rules_plans,
    rules_evaluation,
    rules_run,
)
RULES: Rules = CONFIG | ACCOUNT | PEOPLE | RECORDS | PORTAL
for subject in SUBJECTS:
    RULES |= subject.RULES

# ── Wagtail's admin ──────────────────────────────────────────────────────────
# Who enters is one question (DESK), answered for the whole path in config.urls. Here stands who of them opens the pages
# that take no arguments; a name speaks for all addresses that begin with it, the longest first. Snippets are named one
# by one: the admin knows no scopes (rule 7), so what belongs to an organisation must not slip in unseen.
SNIPPETS = (
    "duties_regulation",
    "duties_article",
    "duties_dutyrule",
    "exams_question",
    "portal_synonymgroup",
    "portal_wrongword",
)
FOREIGN: dict[str, frozenset[str]] = {
    "admin/": DESK,
    "wagtailadmin_": DESK,
    "wagtailadmin_explore": EDITS,
    "wagtailadmin_pages:": EDITS,
    "wagtailadmin_reports:": EDITS,
    "wagtailadmin_reports:site_history": DESK,
    "wagtailadmin_collections:": NOBODY,
    "wagtailadmin_workflows:": NOBODY,
    "wagtailadmin_workflows:task_chooser": DESK,
    "wagtailadmin_password_reset": NOBODY,
    "wagtail_bulk_action": EDITS,
    "simple_translation:": EDITS,
    "quiz_chooser:": DESK,
    "quiz_chooser:create": EDITS,
    "write_article": DESK,  # leads on to Wagtail's form, which asks
    "wagtaildocs:": EDITS,
    "wagtaildocs_chooser:": DESK,
    "wagtaildocs_chooser:create": EDITS,
    "wagtailimages:": EDITS,
    "wagtailimages_chooser:": DESK,
    "wagtailimages_chooser:create": EDITS,
    "wagtailmedia:": EDITS,
    "wagtailmedia:chooser": DESK,
    "wagtailsnippets:": NOBODY,  # each has its own place in the menu
    **{f"wagtailsnippets_{model}:": EDITS for model in SNIPPETS},
    **{f"wagtailsnippetchoosers_{model}:": DESK for model in SNIPPETS},
    **{f"wagtailsnippetchoosers_{model}:create": EDITS for model in SNIPPETS},
    "wagtaillocales:": NOBODY,
    "wagtailredirects:": NOBODY,
    "wagtailsettings:": EDITS,
    "wagtailsites:": NOBODY,
    "wagtailusers_": NOBODY,
}
