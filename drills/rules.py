"""The life of a drill, told from plain values: no queries, no clock, no Django."""

# The values of Drill.State.
DRAFT, IN_REVIEW, APPROVED, READY = "draft", "in_review", "approved", "ready"
RUNNING, PAUSED, ENDED, EVALUATING = "running", "paused", "ended", "evaluating"
REPORTED, IMPROVING, CLOSED, ARCHIVED = "reported", "improving", "closed", "archived"
CANCELLED, ABORTED = "cancelled", "aborted"

#: Where a drill may go from where it stands. There is no way back from a run: what was held was held, and who wants
#: it again makes a copy.
MOVES: dict[str, frozenset[str]] = {
    DRAFT: frozenset({IN_REVIEW, CANCELLED}),
    IN_REVIEW: frozenset({APPROVED, DRAFT, CANCELLED}),
    APPROVED: frozenset({READY, DRAFT, CANCELLED}),
    READY: frozenset({RUNNING, APPROVED, DRAFT, CANCELLED}),
    RUNNING: frozenset({PAUSED, ENDED, ABORTED}),
    PAUSED: frozenset({RUNNING, ENDED, ABORTED}),
    ENDED: frozenset({EVALUATING}),
    EVALUATING: frozenset({REPORTED}),
    REPORTED: frozenset({IMPROVING, CLOSED}),  # closed at once where nothing had to be put right
    IMPROVING: frozenset({CLOSED}),
    CLOSED: frozenset({ARCHIVED}),
    ABORTED: frozenset({EVALUATING, ARCHIVED}),  # what was done until then may be evaluated
    CANCELLED: frozenset(),
    ARCHIVED: frozenset(),
}


def can_move(old: str, new: str) -> bool:
    return new in MOVES[old]


# ── Where it stands ──────────────────────────────────────────────────────────
#: The line of steps that everybody sees: 策划 → 审批 → 就绪 → 实施 → 评估 → 报告 → 整改 → 归档.
DESIGN, APPROVAL, READINESS, RUN, EVALUATION, REPORT, IMPROVEMENT, ARCHIVE = STEPS = (
    "design",
    "approval",
    "readiness",
    "run",
    "evaluation",
    "report",
    "improvement",
    "archive",
)
STANDS_AT: dict[str, str] = {
    DRAFT: DESIGN,
    IN_REVIEW: APPROVAL,
    APPROVED: READINESS,
    READY: RUN,
    RUNNING: RUN,
    PAUSED: RUN,
    ENDED: EVALUATION,
    EVALUATING: EVALUATION,
    REPORTED: IMPROVEMENT,
    IMPROVING: IMPROVEMENT,
    CLOSED: ARCHIVE,
}
DONE, NOW, AHEAD = "done", "now", "ahead"


def steps(state: str, *, scored: bool = False) -> list[tuple[str, str]]:
    """Each step with done, now or ahead; nothing of a drill that was called off. Once it has its score (`scored`), a
    drill that is being evaluated stands at its report."""
    if state in (CANCELLED, ABORTED):
        return []
    if state == ARCHIVED:
        return [(step, DONE) for step in STEPS]
    here = STEPS.index(REPORT if state == EVALUATING and scored else STANDS_AT[state])
    return [(step, DONE if place < here else NOW if place == here else AHEAD) for place, step in enumerate(STEPS)]
