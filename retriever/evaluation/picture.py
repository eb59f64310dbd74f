"""The reliability diagram: how sure, against how often right (DeGroot and Fienberg 1983)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from retriever.errors import ExtraMissing, ReportUnwritable
from retriever.evaluation.records import Calibration

Labels = Mapping[str, str]  # title, sure, right, count, by_width, by_mass, diagonal


def write_picture(calibration: Calibration, file: Path, labels: Labels, plain: Labels) -> None:
    """A PNG. ``plain`` labels take the place of ``labels`` where no font here has their characters.

    Raises ExtraMissing without matplotlib, ReportUnwritable.
    """
    try:
        from matplotlib import rc_context
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ExtraMissing(package="matplotlib", extra="eval") from error
    family = _font_with("".join(labels.values()))
    say = labels if family else plain
    with rc_context({"font.family": family or "DejaVu Sans", "axes.unicode_minus": False}):
        figure = Figure(figsize=(6, 7), dpi=120, layout="constrained")
        FigureCanvasAgg(figure)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        _draw(upper, lower, calibration, say)
        try:
            figure.savefig(file, format="png")
        except OSError as error:
            raise ReportUnwritable(file=file, detail=error.strerror or error) from error


def _draw(upper: Any, lower: Any, told: Calibration, say: Labels) -> None:
    upper.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1, label=say["diagonal"])
    for bins, error, name, marker in (
        (told.by_width, told.ece_width, say["by_width"], "o"),
        (told.by_mass, told.ece_mass, say["by_mass"], "s"),
    ):
        upper.plot(
            [one.confidence for one in bins],
            [one.accuracy for one in bins],
            marker=marker,
            markersize=5,
            label=f"{name}: ECE {error:.3f}",
        )
    upper.set(title=say["title"].format(n=told.n, brier=told.brier), ylabel=say["right"], xlim=(0, 1), ylim=(0, 1.02))
    upper.grid(color="0.9")
    upper.legend(loc="upper left")
    lower.bar(
        [one.low for one in told.by_width],
        [one.n for one in told.by_width],
        width=[one.high - one.low for one in told.by_width],
        align="edge",
        color="0.75",
        edgecolor="white",
    )
    lower.set(xlabel=say["sure"], ylabel=say["count"])


def _font_with(characters: str) -> str | None:
    """A family that has all of these characters, the one that matplotlib takes anyway first; None where there is none."""
    from matplotlib.font_manager import fontManager
    from matplotlib.ft2font import FT2Font

    wanted = {ord(character) for character in characters if not character.isspace()}
    for entry in sorted(
        fontManager.ttflist, key=lambda entry: (entry.name != "DejaVu Sans", "CJK SC" not in entry.name)
    ):
        if entry.style != "normal" or entry.weight not in (400, "normal", "regular"):
            continue
        try:
            held = FT2Font(entry.fname, face_index=getattr(entry, "index", 0)).get_charmap()
        except (OSError, RuntimeError, TypeError):  # a font file that went away, or that FreeType cannot read
            continue
        if wanted <= held.keys():
            return entry.name
    return None
