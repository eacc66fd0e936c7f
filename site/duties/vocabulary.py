"""The closed word lists that every subject shares: hazards, and whom a rule of the law is about."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Hazard(TextChoices):
    FLOOD = "flood", _("Floods")
    MOUNTAIN_TORRENT = "mountain_torrent", _("Mountain torrents")
    EARTHQUAKE = "earthquake", _("Earthquakes")
    LANDSLIDE = "landslide", _("Landslides and debris flows")
    WILDFIRE = "wildfire", _("Forest and grassland fires")
    HOUSEHOLD_FIRE = "household_fire", _("Household fires")
    GAS = "gas", _("Gas")
    CARBON_MONOXIDE = "carbon_monoxide", _("Carbon monoxide poisoning")
    ELECTRICITY = "electricity", _("Electricity at home and at work")
    EBIKE = "ebike", _("Electric bicycles")
    CHEMICALS = "chemicals", _("Hazardous chemicals")
    DUST = "dust", _("Combustible dust")
    CONFINED_SPACE = "confined_space", _("Confined spaces")
    WORK_AT_HEIGHT = "work_at_height", _("Work at height")
    MINING = "mining", _("Mines")
    CONSTRUCTION = "construction", _("Construction sites")
    ROAD_TRAFFIC = "road_traffic", _("Road traffic")
    FARM_MACHINERY = "farm_machinery", _("Farm machinery")
    DROWNING = "drowning", _("Drowning")
    EXTREME_WEATHER = "extreme_weather", _("Extreme weather")
    CROWD = "crowd", _("Crowds")
    FIREWORKS = "fireworks", _("Fireworks")
    FIRST_AID = "first_aid", _("First aid")


def hazard_icon(code: str) -> str:
    """The name of the hazard's drawing; ValueError for a code that is no hazard."""
    return f"hazard-{Hazard(code).value.replace('_', '-')}"


class RegulationLevel(TextChoices):
    NATIONAL = "national", _("National law or decree")
    DEPARTMENT = "department", _("Departmental order")
    PROVINCE = "province", _("Provincial rule")
    CITY = "city", _("City rule")
    COUNTY = "county", _("County rule")
    STANDARD = "standard", _("Standard")
    DOCUMENT = "document", _("Official document")


class RuleLevel(TextChoices):
    """Who set the rule: a local row adds to a national one and never switches it off."""

    NATIONAL = "national", _("National")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    LOCAL = "local", _("Local, place not settled")
    UNIT = "unit", _("The unit itself")


class RuleKind(TextChoices):
    TRAINING = "training", _("Training")
    DRILL = "drill", _("Drill")
    CERTIFICATE = "certificate", _("Certificate")
    PLAN = "plan", _("Emergency plan")
    REPORT = "report", _("Report")
    RECORD = "record", _("Record keeping")


class RuleStatus(TextChoices):
    MANDATORY = "mandatory", _("Mandatory")
    RECOMMENDED = "recommended", _("Recommended")
    CUSTOM = "custom", _("Custom or default")


class SubjectKind(TextChoices):
    """Whom the rule speaks of; a drill or a plan is owed by an organisation, training by people."""

    ORGANISATION = "organisation", _("Organisation")
    PRINCIPAL = "principal", _("Principal person in charge")
    SAFETY_MANAGER = "safety_manager", _("Safety manager")
    MANAGERS = "managers", _("Principals and safety managers")
    NEW_WORKER = "new_worker", _("New worker")
    WORKER = "worker", _("Worker")
    MOVED_WORKER = "moved_worker", _("Worker who changed post or came back")
    SPECIAL_OPERATOR = "special_operator", _("Special operator")
    AGENCY_WORKER = "agency_worker", _("Agency worker or intern")
    TEAM_LEADER = "team_leader", _("Team leader")
    RESCUER = "rescuer", _("Emergency rescuer")
    LAW_ENFORCER = "law_enforcer", _("Law-enforcement officer")
    INFORMATION_OFFICER = "information_officer", _("Disaster information officer")
    OFFICIAL = "official", _("Official or village worker")
    CONSTRUCTION_MANAGER = "construction_manager", _("Construction safety staff of class A, B or C")
    EQUIPMENT_OPERATOR = "equipment_operator", _("Operator of special equipment")
    PUBLIC = "public", _("The public")


class Trigger(TextChoices):
    """What starts the duty; how often it comes back stands in the rule's values."""

    APPOINT = "appoint", _("Appointment")
    HIRE = "hire", _("Before starting a post")
    TRANSFER_RETURN = "transfer_return", _("Change of post or return to it")
    NEW_TECHNOLOGY = "4new", _("New process, technology, material or equipment")
    ANNUAL = "annual", _("Each year")
    RENEW = "renew", _("Renewal")
    PERIOD = "period", _("Each period")
    EVENT = "event", _("An event")


class Tag(TextChoices):
    """What an organisation is; a rule with several tags speaks of an organisation that carries any of them.

    Where `people.OrganisationTag` has the same feature the code is the same.
    """

    #: Order 3 Art. 9 and 13: coal and other mines, hazardous chemicals, fireworks, metal smelting.
    HIGH_RISK = "high_risk", _("High-risk trade")
    COAL_MINE = "coal_mine", _("Coal mine")
    MINE = "mine", _("Mine of any kind")
    METAL_SMELTING = "metal_smelting", _("Metal smelting")
    DANGEROUS_GOODS = "dangerous_goods", _("Makes, sells, stores or carries dangerous goods")
    CHEMICAL_USER = "chemical_user", _("Chemical works above the use threshold")
    FIREWORKS = "fireworks", _("Makes or wholesales fireworks")
    CONSTRUCTION = "construction", _("Construction")
    URBAN_RAIL = "urban_rail", _("Urban rail")
    MEDIUM_SIZE = "medium_size", _("Of medium size or larger")
    INDUSTRY_TRADE = "industry_trade", _("Industry and trade")
    MANUFACTURING = "manufacturing", _("Processing or manufacturing")
    CONFINED_SPACE = "confined_space", _("Confined spaces")
    DUST = "dust", _("Explosive dust")
    MAJOR_HAZARD = "major_hazard", _("Major hazard source")
    OCCUPATIONAL_HAZARD = "occupational_hazard", _("Occupational hazards")
    SPECIAL_EQUIPMENT = "special_equipment", _("Uses special equipment")
    RESCUE_TEAM = "rescue_team", _("Has a rescue team")
    CROWDED = "crowded", _("Crowded place")
    FIRE_KEY = "fire_key", _("Key organisation for fire safety")
    PUBLIC_GATHERING = "public_gathering", _("Public gathering place")
    HIGH_RISE = "high_rise", _("High-rise building")
    HIGH_RISE_100M = "high_rise_100m", _("Public high-rise building over 100 m")
    HIGH_RISE_SUBPLAN = "high_rise_subplan", _("Unit or section with its own plan in a high-rise building")
    LARGE_COMPLEX = "large_complex", _("Commercial complex of 50,000 m² or more")
    EVENT_ORGANISER = "event_organiser", _("Organiser of a large public event")
    SCHOOL = "school", _("School of any kind")
    PRIMARY_SECONDARY = "primary_secondary", _("Primary or secondary school")
    KINDERGARTEN = "kindergarten", _("Kindergarten")
    MEDICAL = "medical", _("Medical institution")
    ELDERLY_CARE = "elderly_care", _("Home for the elderly")
    LIFELINE = "lifeline", _("Lifeline works")
    GOVERNMENT = "government", _("Government of a county or above")
    DEPARTMENT = "department", _("Government department")
    TOWNSHIP = "township", _("Township or subdistrict")
    VILLAGE = "village", _("Village or community")
    OFFICE = "office", _("Office or institution")
    WILDFIRE_TEAM = "wildfire_team", _("Forest or grassland fire team")
    FLOOD_ZONE = "flood_zone", _("In a flood or landslide zone")
    DISASTER_PRONE = "disaster_prone", _("In a disaster-prone area")
