class Permanent(Exception):
    """Raised by a task that can't succeed by trying again; its message is shown to the person who asked for it."""


class LeaseLost(Exception):
    """This worker held the job too long without renewing: another one has it now."""


class UnknownAction(LookupError):
    """An audit action that no app has registered."""


class UnknownKind(LookupError):
    """A kind of private file that no app has registered."""


class AppendOnly(TypeError):
    """Somebody tried to change or delete evidence."""


class Damaged(Exception):
    """Something kept can't be read back as it was written; the message says what."""
