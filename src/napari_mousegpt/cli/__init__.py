"""The command ``mousegpt VERB``: one module per verb, each loading what it needs when it runs."""

from __future__ import annotations

import sys

import typer

from napari_mousegpt.cli import (
    ask,
    bench,
    calibrate,
    caption,
    cluster,
    compare,
    demo,
    doctor,
    embed,
    evaluate,
    export,
    import_,
    info,
    label,
    name,
    novelty,
    predict,
    profile,
    search,
    train,
    view,
)
from napari_mousegpt.cli.outcome import run

app = typer.Typer(
    name="mousegpt",
    help="Describe, label and analyse mouse behaviour in video.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and end."),
    debug: bool = typer.Option(False, "--debug", help="Show a traceback when something fails."),
) -> None:
    if version:
        from napari_mousegpt import __version__

        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit


app.command("info")(info.info)
app.command("import")(import_.import_)
app.command("caption")(caption.caption)
app.command("view")(view.view)
app.command("export")(export.export)
app.command("label", cls=label.WithBareSteps)(label.label)
app.command("embed")(embed.embed)
app.command("cluster")(cluster.cluster)
app.command("name")(name.name)
app.command("evaluate")(evaluate.evaluate)
app.command("calibrate")(calibrate.calibrate)
app.command("novelty")(novelty.novelty)
app.command("search")(search.search)
app.command("ask", epilog=ask.EXAMPLES)(ask.ask)
app.command("profile")(profile.profile)
app.command("compare")(compare.compare)
app.command("predict")(predict.predict)
app.command("train")(train.train)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)
app.add_typer(bench.app, name="bench")


def main() -> None:
    """Run the command line; the entry point of ``mousegpt``."""
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    # --debug may stand anywhere, also behind the verb.
    sys.exit(run(app, [word for word in arguments if word != "--debug"], debug=debug))
