from people.services.codes import BadCode, Issued, issue_code, redeem_code, redeem_token, send_code
from people.services.identity import reveal_identity
from people.services.lockout import LockedOut, admit, admit_code, code_failed, failed, succeeded
from people.services.members import PersonExists, add_member, create_person, end_membership, set_password
from people.services.roles import RolesConflict, grant_role, reset_second_factor, revoke_role, sign_out_everywhere

__all__ = [
    "BadCode",
    "Issued",
    "LockedOut",
    "PersonExists",
    "RolesConflict",
    "add_member",
    "admit",
    "admit_code",
    "code_failed",
    "create_person",
    "end_membership",
    "failed",
    "grant_role",
    "issue_code",
    "redeem_code",
    "redeem_token",
    "reset_second_factor",
    "reveal_identity",
    "revoke_role",
    "send_code",
    "set_password",
    "sign_out_everywhere",
    "succeeded",
]
