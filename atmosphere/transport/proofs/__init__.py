"""Proofs of the transport model: closed forms, conservation and symmetry, each with its bound."""
