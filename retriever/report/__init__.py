"""What did a rebuild make of each file, and where should a person look?"""

from retriever.report.builder import ReportBuilder
from retriever.report.records import FileReport, RebuildReport
from retriever.report.writing import reporting

__all__ = ["FileReport", "RebuildReport", "ReportBuilder", "reporting"]
