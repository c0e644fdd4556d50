"""The page that says how good the forecasts were, from the document of a verification."""

from consultation.verification_page.findings import findings_of
from consultation.verification_page.page import compose_page, write_verification_page

__all__ = ["compose_page", "findings_of", "write_verification_page"]
