"""The plan as a document: its PDF export (:mod:`build`) and the checks of an imported, stamped one (:mod:`scan`)."""
