"""The commands by name. Each stands in a module of its own, which is imported when the command is run or listed."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module

import click

from edge import __version__
from locales.findings import did_you_mean

#: Name of a command → its module and function.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("edge.cli.serve", "serve"),
    "decide": ("edge.cli.decide", "decide"),
    "explain": ("edge.cli.explain", "explain"),
    "place": ("edge.cli.place", "place"),
    "match": ("edge.cli.match", "match"),
    "check": ("edge.cli.check", "check"),
    "classes": ("edge.cli.classes", "classes"),
    "export": ("edge.cli.export", "export"),
    "diff": ("edge.cli.diff", "diff"),
    "map": ("edge.cli.world", "map_"),
    "norms": ("edge.cli.norms", "norms"),
    "fmt": ("edge.cli.fmt", "fmt"),
    "schema": ("edge.cli.schema", "schema"),
    "table": ("edge.cli.table", "table"),
    "new": ("edge.cli.new", "new"),
}


class _Group(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        command: click.Command = getattr(import_module(place[0]), place[1])
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """An unknown command names the one that was meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS)
            ctx.fail(f'There is no command "{args[0]}". {hint}'.strip())
        resolved = super().resolve_command(ctx, args)
        if not gc.isenabled():  # `edge.cli.main` has put it off until all is imported
            gc.freeze()
            gc.enable()
        return resolved


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="isogloss %(version)s")
def isogloss() -> None:
    """Picks the variant of a content item that fits who is asking."""
