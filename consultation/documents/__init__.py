"""The daily bulletin and the consultation material as DOCX that can be edited and as PDF."""

from consultation.documents.paper import pdf_document
from consultation.documents.word import docx_document

__all__ = ["docx_document", "pdf_document"]
