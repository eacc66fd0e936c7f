"""The public site: its pages, their reviews, and what the editor's desk and the villages add."""

from portal.models.desk import (
    CORRECTION_LONGEST,
    ContentChange,
    Correction,
    MissedSearch,
    PageDay,
    WrongWord,
)
from portal.models.guides import GUIDED_KINDS, BroughtPiece, GuidePage
from portal.models.pages import (
    EntryIndexPage,
    EntryPage,
    HomePage,
    HomeSituation,
    IndexPage,
    LibraryPage,
    Masthead,
    RegulationIndexPage,
    RegulationPage,
    TopicIndexPage,
)
from portal.models.piece import LOUDSPEAKER_LONGEST, SCRIPT_LONGEST, HazardTag, Piece, PieceForm, PublicPage
from portal.models.pieces import ArticlePage, CasePage, HazardTopicPage, QuizPage, QuizQuestion
from portal.models.posters import DANGER_LONGEST, HEADLINE_LONGEST, PosterPage
from portal.models.reviews import DECIDING, REASON_LONGEST, ReviewStage, Step
from portal.models.search import SearchEntry, SynonymGroup
from portal.models.villages import VillageCard

__all__ = [
    "CORRECTION_LONGEST",
    "DANGER_LONGEST",
    "DECIDING",
    "GUIDED_KINDS",
    "HEADLINE_LONGEST",
    "LOUDSPEAKER_LONGEST",
    "REASON_LONGEST",
    "SCRIPT_LONGEST",
    "ArticlePage",
    "BroughtPiece",
    "CasePage",
    "ContentChange",
    "Correction",
    "EntryIndexPage",
    "EntryPage",
    "GuidePage",
    "HazardTag",
    "HazardTopicPage",
    "HomePage",
    "HomeSituation",
    "IndexPage",
    "LibraryPage",
    "Masthead",
    "MissedSearch",
    "PageDay",
    "Piece",
    "PieceForm",
    "PosterPage",
    "PublicPage",
    "QuizPage",
    "QuizQuestion",
    "RegulationIndexPage",
    "RegulationPage",
    "ReviewStage",
    "SearchEntry",
    "Step",
    "SynonymGroup",
    "TopicIndexPage",
    "VillageCard",
    "WrongWord",
]
