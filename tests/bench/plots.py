"""Draw the plots in docs/benchmarks/*.svg from the stored figures: `python -m tests.bench.plots`, also part of `make
bench`.
"""

from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from tests.bench.figures import FOLDER, kept

# The same figures give the same file, without dates and random ids. Text stays text.
STYLE = {"svg.hashsalt": "aira", "svg.fonttype": "none", "font.family": "sans-serif", "axes.spines.top": False, "axes.spines.right": False}  # fmt: skip
COLOURS = ("#4f46e5", "#9ca3af", "#d97706", "#059669")


def plot(name: str, figure: dict[str, Any], folder: Path) -> Path:
    matplotlib.use("svg")
    with pyplot.rc_context(STYLE):
        drawing, axes = pyplot.subplots(figsize=(7, 3.6), layout="constrained")
        (growing if figure["rows"] else bars)(axes, figure)
        axes.set_title(figure["title"], loc="left", fontsize=11)
        axes.legend(frameon=False)
        file = folder / f"{name}.svg"
        drawing.savefig(file, metadata={"Date": None, "Title": figure["title"]})
        pyplot.close(drawing)
    # matplotlib writes blanks at the ends of lines.
    file.write_text("\n".join(line.rstrip() for line in file.read_text().splitlines()) + "\n")
    return file


def growing(axes: Axes, figure: dict[str, Any]) -> None:
    """Plot the cost by rows with logarithmic axes. A constant cost is level, and a cost of every row rises at 45
    degrees.
    """
    for colour, (line, points) in zip(COLOURS, figure["lines"].items(), strict=False):
        axes.loglog(*zip(*points, strict=True), marker="o", label=line, color=colour)
    axes.grid(visible=True, which="major", color="#e5e7eb")
    axes.set_xlabel(figure["rows"])
    axes.set_ylabel(figure["unit"])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}"))
    axes.minorticks_off()


def bars(axes: Axes, figure: dict[str, Any]) -> None:
    names = [x for x, _ in next(iter(figure["lines"].values()))]
    height = 0.8 / len(figure["lines"])
    for number, (colour, (line, points)) in enumerate(zip(COLOURS, figure["lines"].items(), strict=False)):
        places = [row + number * height for row in range(len(names))]
        drawn = axes.barh(places, [y for _, y in points], height, label=line, color=colour)
        axes.bar_label(drawn, fmt="{:,.3g}", padding=3, fontsize=8)
    axes.set_yticks([row + height * (len(figure["lines"]) - 1) / 2 for row in range(len(names))], names)
    axes.invert_yaxis()
    axes.set_xlabel(figure["unit"])


def main() -> None:
    for name, figure in kept().items():
        print(plot(name, figure, FOLDER))


if __name__ == "__main__":
    main()
