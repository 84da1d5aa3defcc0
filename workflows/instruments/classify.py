"""Kinds of paper by their printed words."""

def classify(text, *, as_of, request_subjects):
    return {"type": "unknown", "judicial": None, "flags": [], "gate": "closed", "missing": [], "evidence": []}
