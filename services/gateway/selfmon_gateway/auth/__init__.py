"""Who acts: sign-on, sessions, and the guard before every route."""
