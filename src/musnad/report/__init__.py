"""The report of a dossier: one self-contained HTML page in Arabic or English, made from proven values alone.

It carries no verdict: who reads it asks ``musnad verify``, which writes this page again from what it has proven and
compares the octets. So nothing here reads a clock, a setting or the reader's locale, and any change of a word here is
a new edition of the report (ADR 0005).
"""

from musnad.report.page import write_report

__all__ = ["write_report"]
