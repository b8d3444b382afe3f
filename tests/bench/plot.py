# SPDX-License-Identifier: GPL-2.0
"""Bar charts as SVG, without anything that must be installed."""
from html import escape

COLOURS = ("#b8b8b8", "#c1440e")
LEFT, RIGHT, BAR, GAP, TOP = 230, 90, 13, 10, 62
WIDTH = 760


def bars(title, unit, groups, names):
    """A chart of groups (label, first value, second value); names are those of the two."""
    most = max(max(a, b) for _, a, b in groups) or 1
    step = 2 * BAR + GAP
    height = TOP + step * len(groups) + 10
    room = WIDTH - LEFT - RIGHT
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="22" font-size="15">{escape(title)}</text>',
        f'<text x="12" y="42" fill="#555555">{escape(unit)}</text>',
    ]
    for i, name in enumerate(names):
        x = WIDTH - 260 + 130 * i
        out.append(f'<rect x="{x}" y="32" width="12" height="12" fill="{COLOURS[i]}"/>')
        out.append(f'<text x="{x + 18}" y="42">{escape(name)}</text>')
    for row, (label, *values) in enumerate(groups):
        y = TOP + row * step
        out.append(f'<text x="{LEFT - 8}" y="{y + BAR + 4}" text-anchor="end">{escape(label)}</text>')
        for i, value in enumerate(values):
            width = max(value / most * room, 1)
            top = y + i * BAR
            text = f"{value:.0f}" if value >= 10 else f"{value:.2g}"
            out.append(f'<rect x="{LEFT}" y="{top}" width="{width:.1f}" height="{BAR - 1}" fill="{COLOURS[i]}"/>')
            out.append(f'<text x="{LEFT + width + 5:.1f}" y="{top + BAR - 3}" font-size="10">{text}</text>')
    out.append("</svg>")
    return "\n".join(out) + "\n"
