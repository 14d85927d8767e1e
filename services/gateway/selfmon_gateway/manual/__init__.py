"""The user manual: one text for each screen, shown beside it and as a book below /help/."""
