from people.models.codes import SignInCode
from people.models.divisions import Division, Sector
from people.models.memberships import Membership
from people.models.organisations import Organisation, OrganisationTag, Premises
from people.models.roles import Role, RoleGrant
from people.models.rosters import HeaderMapping, RosterImport
from people.models.users import User

__all__ = [
    "Division",
    "HeaderMapping",
    "Membership",
    "Organisation",
    "OrganisationTag",
    "Premises",
    "Role",
    "RoleGrant",
    "RosterImport",
    "Sector",
    "SignInCode",
    "User",
]
