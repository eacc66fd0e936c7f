"""Questions from the workbooks that enterprises pass round. No Django here: cells in, drafts or reasons out.

No key, option or kind is ever guessed: a row is read without doubt, mended in a way that is told, or refused."""
