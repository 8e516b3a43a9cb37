"""Serves a workspace with uvicorn."""

from __future__ import annotations

import socket

import uvicorn
from starlette.applications import Starlette


class PlaygroundServer(uvicorn.Server):
    """Ends the event streams of open pages when it is told to stop, which would else hold it up."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        app = self.config.app
        if isinstance(app, Starlette):
            app.state.playground.feed.close()
        await super().shutdown(sockets)


def serve(app: Starlette, host: str, port: int) -> None:
    """Run what `create_playground` made, until a signal stops it."""
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=1)
    PlaygroundServer(config).run()
