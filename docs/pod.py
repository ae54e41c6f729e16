#!/usr/bin/env python3
"""Draws docs/pod-light.svg and docs/pod-dark.svg: a pod before and after `wgsidecar inject`."""

import sys
from pathlib import Path

THEMES = {
    "light": {"ink": "#1f2328", "soft": "#59636e", "line": "#8b949e", "pod": "#f6f8fa", "app": "#ffffff", "ours": "#ddf4ff", "edge": "#0969da", "no": "#cf222e"},
    "dark": {"ink": "#e6edf3", "soft": "#9198a1", "line": "#6e7681", "pod": "#151b23", "app": "#0d1117", "ours": "#0c2d4a", "edge": "#4493f8", "no": "#f85149"},
}


def box(x, y, width, height, fill, stroke, dash=""):
    dash = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="{fill}" stroke="{stroke}" stroke-width="1.5"{dash}/>'


def text(x, y, words, fill, size=14, weight=400, anchor="middle"):
    return f'<text x="{x}" y="{y}" fill="{fill}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}">{words}</text>'


def arrow(points, stroke, width=2, dash=""):
    dash = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{points}" fill="none" stroke="{stroke}" stroke-width="{width}"{dash} marker-end="url(#head-{stroke[1:]})"/>'


def head(stroke):
    return f'<marker id="head-{stroke[1:]}" viewBox="0 0 10 10" refX="9" refY="5" markerUnits="userSpaceOnUse" markerWidth="12" markerHeight="12" orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 z" fill="{stroke}"/></marker>'


def picture(theme):
    t = THEMES[theme]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 270" role="img" aria-labelledby="title" font-family="system-ui, -apple-system, \'Segoe UI\', Helvetica, Arial, sans-serif">',
        '<title id="title">A pod with a tunnel: the init container wireguard runs first and builds wg0; the app then reaches the internet through the VPN server or not at all; services and probes stay on the cluster\'s network.</title>',
        f"<defs>{head(t['edge'])}{head(t['line'])}{head(t['no'])}</defs>",
        box(20, 40, 400, 190, t["pod"], t["line"]),
        text(36, 64, "pod", t["soft"], 13, 600, "start"),
        box(40, 80, 150, 66, t["ours"], t["edge"], "5 4"),
        text(115, 108, "1. wireguard", t["ink"], 14, 600),
        text(115, 128, "init container, ends", t["soft"], 12),
        box(40, 158, 150, 52, t["app"], t["line"]),
        text(115, 189, "2. your app", t["ink"], 14, 600),
        box(310, 92, 90, 44, t["ours"], t["edge"]),
        text(355, 119, "wg0", t["ink"], 14, 600),
        box(310, 166, 90, 44, t["app"], t["line"]),
        text(355, 193, "eth0", t["ink"], 14, 600),
        arrow("190,104 308,112", t["edge"], 1.5, "4 4"),
        text(250, 96, "builds", t["soft"], 12),
        arrow("190,176 250,176 250,124 308,124", t["edge"]),
        arrow("190,192 308,192", t["line"]),
        box(560, 86, 180, 56, t["ours"], t["edge"]),
        text(650, 110, "VPN server", t["ink"], 14, 600),
        text(650, 129, "and the internet behind it", t["soft"], 12),
        arrow("400,114 558,114", t["edge"], 3),
        text(479, 104, "encrypted", t["soft"], 12),
        box(560, 160, 180, 56, t["app"], t["line"]),
        text(650, 184, "cluster", t["ink"], 14, 600),
        text(650, 203, "services, DNS, probes", t["soft"], 12),
        arrow("400,188 558,188", t["line"]),
        arrow("400,204 470,240 540,240", t["no"], 1.5, "4 4"),
        text(552, 245, "\u2715 the internet in clear", t["no"], 13, 600, "start"),
        text(36, 22, "wgsidecar inject adds what is blue. Closed first, open once the tunnel stands.", t["soft"], 13, 400, "start"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
    for theme in THEMES:
        (folder / f"pod-{theme}.svg").write_text(picture(theme))
