"""Enterprise's rules (E1–E12, N4, N5), one module per aggregate."""
