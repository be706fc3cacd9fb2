"""Write a statement as PDF or CSV.

ReportLab makes the PDF: it is plain Python with wheels for each platform, while WeasyPrint needs Pango and Cairo on
every machine. The fonts are DejaVu, which has the sign of the rupee and most alphabets of Europe.
"""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from aira.formats.dates import day_text, time_text

FONTS = Path(__file__).with_name("fonts")
# The most entries of a file. The ledger's export has any number.
LIMIT = 20_000
COLUMNS = ["No.", "Time (UTC)", "Kind", "Transaction", "Other side", "Amount", "Balance after"]
LONGEST = 90


@cache
def fonts() -> None:
    """Make the fonts known, once per process."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("DejaVu", FONTS / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("DejaVu-Bold", FONTS / "DejaVuSans-Bold.ttf"))


def pdf(context: dict[str, Any]) -> bytes:
    """Return the statement as PDF, with its figures first."""
    # Import here, since only this page needs it.
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    fonts()
    text = ParagraphStyle("text", fontName="DejaVu", fontSize=8, leading=10.5)
    head = ParagraphStyle("head", parent=text, fontName="DejaVu-Bold", fontSize=15, leading=20)
    right = ParagraphStyle("right", parent=text, alignment=2)
    bold = ParagraphStyle("bold", parent=text, fontName="DejaVu-Bold")

    def cell(value: str, style: ParagraphStyle = text) -> Paragraph:
        return Paragraph(escape(value), style)

    period = f"{day_text(context['first'])} to {day_text(context['last'])}, UTC. Amounts in {context['currency']}."
    figures = Table(
        [[cell(name), cell(value, right)] for name, value in context["figures"]],
        colWidths=[45 * mm, 35 * mm], hAlign="LEFT",
        style=[("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey), ("LEFTPADDING", (0, 0), (0, -1), 0)],
    )  # fmt: skip
    lines = [
        [cell(str(value), right if n >= len(COLUMNS) - 2 else text) for n, value in enumerate(line)]
        for line in rows(context, as_text=True)
    ]
    entries = Table(
        [[cell(name, bold) for name in COLUMNS], *(lines or [[cell("No entries in this period."), *[""] * 6]])],
        colWidths=[width * mm for width in (11, 30, 20, 52, 22, 23, 24)], repeatRows=1,
        style=[
            ("LINEBELOW", (0, 0), (-1, 0), 0.75, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.lightgrey), ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2), ("TOPPADDING", (0, 0), (-1, -1), 2),
        ] + ([] if lines else [("SPAN", (0, 1), (-1, 1))]),
    )  # fmt: skip

    def footer(canvas: Any, document: Any) -> None:
        canvas.setFont("DejaVu", 7)
        canvas.drawString(15 * mm, 10 * mm, f"AiRa. {context['title']}")
        canvas.drawRightString(A4[0] - 15 * mm, 10 * mm, f"Page {canvas.getPageNumber()}")

    written = BytesIO()
    document = SimpleDocTemplate(
        written, pagesize=A4, leftMargin=15 * mm, rightMargin=13 * mm, topMargin=16 * mm, bottomMargin=18 * mm,
        title=context["title"], author="AiRa", lang="en",
    )  # fmt: skip
    gap = Spacer(1, 6 * mm)
    document.build(
        [cell(context["title"], head), cell(period), gap, figures, gap, entries],
        onFirstPage=footer,
        onLaterPages=footer,
    )
    return written.getvalue()


def rows(context: dict[str, Any], *, as_text: bool) -> Iterator[list[Any]]:
    """Yield a row for each entry, the oldest first.

    Args:
        as_text: true for people, with signs of the currency. False for a spreadsheet, with plain numbers.
    """
    for entry, amount, after in reversed(context["lines"]):
        about = (entry.transaction.description or "Transaction") if entry.transaction else ""
        yield [
            entry.seq,
            time_text(entry.created_at, zone=False) if as_text else entry.created_at,
            str(entry.get_kind_display()),
            about[:LONGEST] if as_text else about,
            entry.other_side,
            amount if as_text else entry.amount,
            after if as_text else entry.balance_after,
        ]
