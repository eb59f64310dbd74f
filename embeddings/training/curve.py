"""How a training went: loss and score over the steps, as a table and, where matplotlib is installed, as a picture."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from embeddings.training.checkpoints import Progress, replace_file

CSV, PNG = "curve.csv", "curve.png"
SMOOTH_STEPS = 20


def write_curve(folder: Path, progress: Progress) -> None:
    """``curve.csv``, one row a step, and ``curve.png`` where it can be drawn."""
    replace_file(folder / CSV, curve_csv(progress).encode())
    if (picture := curve_png(progress)) is not None:
        replace_file(folder / PNG, picture)


def curve_csv(progress: Progress) -> str:
    """Columns step, loss, r1, r10, mrr10; step 0 is the start, and scores stand where a round ended."""
    rounds = {done.step: done for done in progress.rounds}
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["step", "loss", "r1", "r10", "mrr10"])
    for step in range(progress.steps + 1):
        loss = f"{progress.losses[step - 1]:.4f}" if step else ""
        done = rounds.get(step)
        rows.writerow([step, loss, *([f"{s:.4f}" for s in (done.r1, done.r10, done.mrr10)] if done else ["", "", ""])])
    return text.getvalue()


def curve_png(progress: Progress) -> bytes | None:
    """Loss on the left axis, the watched slice's score on the right; None without matplotlib."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return None
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    left = figure.subplots()
    losses = np.array(progress.losses)
    left.plot(np.arange(1, len(losses) + 1), losses, color="0.8", linewidth=0.8)
    left.plot(*smoothed(losses), color="tab:blue", label="loss (mean of 20 steps)")
    left.set_xlabel("step")
    left.set_ylabel("loss", color="tab:blue")
    right = left.twinx()
    steps = [done.step for done in progress.rounds]
    right.plot(steps, [done.mrr10 for done in progress.rounds], "o-", color="tab:red", label="MRR@10")
    right.plot(steps, [done.r1 for done in progress.rounds], "s--", color="tab:orange", label="R@1")
    right.axvline(progress.best.step, color="tab:red", linestyle=":", linewidth=1)
    right.set_ylabel("score on articles set apart", color="tab:red")
    figure.legend(loc="outside upper center", ncols=3)
    drawn = io.BytesIO()
    canvas.print_png(drawn)  # type: ignore[no-untyped-call]
    return drawn.getvalue()


def smoothed(losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Steps, and the mean loss of the ``SMOOTH_STEPS`` up to each."""
    if len(losses) < SMOOTH_STEPS:
        return np.arange(1, len(losses) + 1), losses
    means = np.convolve(losses, np.full(SMOOTH_STEPS, 1 / SMOOTH_STEPS), mode="valid")
    return np.arange(SMOOTH_STEPS, len(losses) + 1), means
