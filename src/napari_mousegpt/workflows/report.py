"""One HTML page of a recording or a cohort: figures, stills, tables, provenance. Knows no window.

The page stands alone: pictures are inside it, it loads nothing and runs no script, and every text
that comes from data is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd

from napari_mousegpt import __version__
from napari_mousegpt.analysis.figure_style import as_svg, colours_of
from napari_mousegpt.analysis.groups.compare import Comparison
from napari_mousegpt.analysis.groups.compare_figures import dots_figure, effects_figure
from napari_mousegpt.analysis.groups.compare_words import findings, methods_text, warnings_of
from napari_mousegpt.analysis.profile import profile_figures as figures
from napari_mousegpt.analysis.profile.profile_tables import Profile
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.workflows.profile import ProfileSettings, profile_recordings
from napari_mousegpt.workflows.profile_files import transitions_to_show
from napari_mousegpt.workflows.stills import Still, example_stills

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff; }
h1, h2 { font-weight: 600; line-height: 1.2; } h2 { margin-top: 2.5rem; }
svg { max-width: 100%; height: auto; } figure { margin: 1rem 0; }
figcaption, small { color: #666; font-size: 13px; }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto; }
th, td { text-align: right; padding: 2px 8px; border-bottom: 1px solid #ddd; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
.stills { display: flex; flex-wrap: wrap; gap: 12px; }
.stills figure { margin: 0; width: 150px; } .stills img { width: 150px; }
"""
_BEHAVIOUR_COLUMNS = (
    "budget",
    "bouts_per_min",
    "duration_median_s",
    "duration_longest_s",
    "latency_s",
)


def write_report(
    recordings: Sequence[Recording],
    path: str | Path,
    *,
    settings: ProfileSettings | None = None,
    comparison: Comparison | None = None,
    stills_each: int = 3,
) -> Path:
    """Write one self-contained HTML page.

    Parameters
    ----------
    settings
        Whose bouts, which bins and zones (see `workflows.profile`); bins of a tenth of the longest
        recording where none are given.
    comparison
        Groups compared (see `workflows.compare`), to be shown too.
    stills_each
        Example pictures of each behaviour: the middles of its longest bouts; none where a video is
        not there.

    Raises
    ------
    ValueError
        If there is no recording, or see `workflows.profile.profile_recordings`.
    """
    if not recordings:
        raise ValueError("expected a recording or more to report on, found none")
    settings = settings or ProfileSettings(bins_s=tenth_of(recordings))
    profile = profile_recordings(recordings, settings)
    stills = example_stills(recordings, profile, each=stills_each) if stills_each else []
    title = recordings[0].name if len(recordings) == 1 else f"{len(recordings)} recordings"
    parts = [f"<h1>{escape(title)}</h1>", _known(profile), *_pictures(recordings, profile)]
    parts += _stills(stills)
    if comparison is not None:
        parts += _comparison(comparison)
    parts += [*_tables(profile), *_provenance(recordings, profile)]
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
        f'</title>\n<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "img-src data:; style-src 'unsafe-inline'\">\n"
        f"<style>{_STYLE}</style></head>\n<body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, lambda beside: _write(beside, page))
    return path


def _pictures(recordings: Sequence[Recording], profile: Profile) -> list[str]:
    colours = colours_of(profile.names, recordings[0].ethogram)
    if not colours:
        return ["<p>No bouts and no descriptions yet.</p>"]
    drawn = [
        ("Share of the known time", figures.budget_figure(profile, colours)),
        ("What was done when", figures.raster_figure(profile, colours)),
    ]
    if len(profile.bins):
        drawn.append(("Over time; black: mean", figures.rate_figure(profile, colours)))
    if len(profile.transitions):
        shown = figures.transition_figure(transitions_to_show(profile), colours)
        drawn.append(("What follows what; width is probability", shown))
    return ["<h2>Behaviour</h2>", *(_figure(as_svg(one), words) for words, one in drawn)]


def _comparison(comparison: Comparison) -> list[str]:
    parts = ["<h2>Groups</h2>"]
    said = findings(comparison) or ["No measure differs at this false discovery rate."]
    parts.append("<ul>" + "".join(f"<li>{escape(text)}</li>" for text in said) + "</ul>")
    if comparison.tests["p"].notna().any():
        parts.append(_figure(as_svg(dots_figure(comparison)), "Every dot an animal; bar: median"))
        if len(comparison.cohort.groups) == 2:
            words = "Effects with 95 % intervals; dark where significant"
            parts.append(_figure(as_svg(effects_figure(comparison)), words))
    parts += [f"<p><small>{escape(text)}.</small></p>" for text in warnings_of(comparison)]
    parts.append(f"<h3>Methods</h3><p>{escape(methods_text(comparison))}</p>")
    return parts


def _stills(stills: Sequence[Still]) -> list[str]:
    if not stills:
        return []
    shown = "".join(
        f'<figure><img alt="{escape(still.behaviour)}" '
        f'src="data:image/png;base64,{b64encode(still.png).decode()}">'
        f"<figcaption>{escape(still.behaviour)}<br><small>{escape(still.where)}</small>"
        "</figcaption></figure>"
        for still in stills
    )
    return ["<h2>Examples</h2>", f'<div class="stills">{shown}</div>']


def _tables(profile: Profile) -> list[str]:
    parts = ["<h2>Tables</h2>", _table(profile.summary)]
    if len(profile.behaviours):
        columns = list(_BEHAVIOUR_COLUMNS)
        table = profile.behaviours
        if len(profile.subjects) > 1:
            grouped = table.groupby("behaviour")[columns].mean().reindex(profile.names)
            table = grouped.reset_index()
            parts.append(f"<p>Means of {len(profile.subjects)} animals:</p>")
        parts.append(_table(table[["behaviour", *columns]]))
    if len(profile.zones):
        parts.append(_table(profile.zones))
    return parts


def _known(profile: Profile) -> str:
    voices = ", ".join(profile.voices) or "nobody"
    because = "; ".join(profile.summary["known_because"].unique())
    return (
        f"<p>Bouts of {escape(voices)}. Known time: {escape(because)}. "
        f"<small>napari-mousegpt {escape(__version__)}</small></p>"
    )


def _provenance(recordings: Sequence[Recording], profile: Profile) -> list[str]:
    rows = [
        {
            "recording": recording.name,
            "run": run.run_id,
            "tool": run.tool,
            "version": run.version,
            "model": run.model or "",
            "revision": run.revision or "",
            "made": run.created,
        }
        for recording in recordings
        for run in recording.runs
    ]
    videos = [
        {"recording": one.name, "video": entry.id, "file": entry.path.name, "sha256": entry.sha256}
        for one in recordings
        for entry in one.videos
    ]
    runs = [_table(pd.DataFrame(rows))] if rows else []
    return ["<h2>Where this comes from</h2>", *runs, _table(pd.DataFrame(videos))]


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _table(table: pd.DataFrame) -> str:
    return table.to_html(
        index=False, escape=True, border=0, na_rep="", float_format=lambda value: f"{value:.3g}"
    )


def tenth_of(recordings: Sequence[Recording]) -> float:
    """Seconds of a tenth of the longest recording, one or more: bins for its course over time."""
    longest_s = max(entry.frames / entry.fps for one in recordings for entry in one.videos)
    return max(1.0, longest_s / 10)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
