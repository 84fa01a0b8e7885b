"""`isogloss serve`."""

from __future__ import annotations

from pathlib import Path

import click

from edge.cli.sites import site_option, stop
from edge.watching import Vanished
from locales.findings import Faulty


@click.command()
@site_option
@click.option("--demo", is_flag=True, help="Serve the airline demo, whatever the address.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes that answer.")
@click.option(
    "--drain", default=5.0, show_default=True, type=click.FloatRange(0, 600), help="Seconds to serve on after SIGTERM."
)
@click.option("--server", type=click.Choice(["granian", "uvicorn"]), default="granian", show_default=True)
def serve(folder: Path | None, demo: bool, host: str, port: int, workers: int, drain: float, server: str) -> None:
    """Serve a site over HTTP."""
    from edge import serving

    try:
        serving.serve(serving.folder_for(folder, host, demo=demo), host, port, workers, drain, server)
    except serving.Refused as refusal:
        raise click.UsageError(str(refusal)) from refusal
    except Faulty as fault:
        stop(fault.findings)
    except Vanished as vanished:
        raise click.ClickException(f'{vanished}. "isogloss new DIR" writes a site to start from.') from vanished
