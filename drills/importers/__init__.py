"""Tables of events as planners pass them round: worksheets in Chinese, English or French, house-made or of other tools.
No Django but for the words: cells in, events or reasons out. No time, kind or receiver is ever guessed."""
