"""Enterprise's command handlers and policies."""
