"""What each service accepts, answers and announces: one module per provider, used by both sides.

``contract`` holds the forms, ``fields`` the field types with their Chinese messages, ``errors`` the catalogue of error codes.
"""
