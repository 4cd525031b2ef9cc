"""The sandbox as a server: builds Slack from a seed and a manifest and serves it on 127.0.0.1 from a thread."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette

from bot.sandbox.clock import SandboxClock
from bot.sandbox.explore import Explore, read_steps
from bot.sandbox.faults import Faults
from bot.sandbox.front import Front
from bot.sandbox.limits import Limits, Meter
from bot.sandbox.link.delivery import EVENT_RETRIES, Delivery
from bot.sandbox.link.events import Events
from bot.sandbox.link.http_requests import HttpRequests
from bot.sandbox.link.sockets import Sockets
from bot.sandbox.live import Live
from bot.sandbox.manifest import read_manifest
from bot.sandbox.platform import Credentials, Platform
from bot.sandbox.routes import Abortable, all_routes
from bot.sandbox.seed import Seed, build_world, read_seed
from bot.sandbox.stepping import Driver
from bot.sandbox.traffic import Traffic
from bot.sandbox.triggers import Permissions

START_SECONDS = 10.0
STOP_SECONDS = 1.0
"""What is still being answered when the sandbox stops gets so long."""


class PromptServer(uvicorn.Server):
    """A server that ends when it is told to: uvicorn's own looks every tenth of a second, which a test waits twice.

    It replaces two methods that uvicorn documents no more than the rest of its class. Should they change their names,
    the test that a sandbox stops at once fails.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told_to_end = asyncio.Event()
        """Set it on the server's event loop."""

    async def main_loop(self) -> None:
        """Serve until told to end."""
        await self.on_tick(0)
        await self.told_to_end.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more, let what is being answered be answered, and hang up."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            _, late = await asyncio.wait(set(self.server_state.tasks), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
        await self.lifespan.shutdown()


class Sandbox:
    """A Slack of one's own. `start` it, point the bot at `api_url` with `bot_token`, `stop` it; or use `with`."""

    def __init__(
        self,
        seed: Seed | dict[str, Any] | None = None,
        manifest: dict[str, Any] | None = None,
        clock: SandboxClock | None = None,
        request_url: str | None = None,
        *,
        driver: Driver | None = None,
        limits: Limits | None = None,
        credentials: Credentials | None = None,
        event_retries: tuple[float, ...] = EVENT_RETRIES,
        traffic_size: int = 2000,
        is_open: bool = True,
        explore: list[dict[str, Any]] | None = None,
        first_look: dict[str, str] | None = None,
    ) -> None:
        """`request_url` chooses signed HTTP over Socket Mode; without a manifest the app may do everything.

        `event_retries` are seconds of real time before an event that was not acknowledged is tried again. Unless
        `is_open`, whoever uses the control API waits until that attribute is set: the bot may still be starting.
        `explore` is a list of things to try, as docs/sandbox.md describes it; `first_look` is who ("as") opens the
        page where ("at") for the first time. Raises ValueError for a list that is none.
        """
        self.clock = clock or SandboxClock()
        self.driver = driver
        self.is_open = is_open
        self.base_url = ""
        self._seed, self._manifest = read_seed(seed), read_manifest(manifest)
        self._limits, self._credentials = limits or Limits(), credentials or Credentials()
        self._steps, self._first_look = read_steps(explore or []), first_look or {}
        self._request_url = request_url
        self._event_retries, self._traffic_size = event_retries, traffic_size
        self._platform: Platform | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: PromptServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def api_url(self) -> str:
        """What the bot's WebClient takes as base_url."""
        return self.base_url + "/api/"

    @property
    def bot_token(self) -> str:
        """The token of the bot."""
        return self._credentials.bot_token

    @property
    def app_token(self) -> str:
        """The app-level token, for Socket Mode."""
        return self._credentials.app_token

    @property
    def signing_secret(self) -> str:
        """What signs the requests over HTTP."""
        return self._credentials.signing_secret

    @property
    def platform(self) -> Platform:
        """The inside, for tests that look closer. Raises RuntimeError before `start`."""
        if self._platform is None:
            raise RuntimeError("The sandbox is not started.")
        return self._platform

    def start(self, port: int = 0) -> str:
        """Serve on 127.0.0.1 (port 0: any free one); returns the base URL once it answers.

        Raises OSError when the port is taken.
        """
        # asyncio turns Nagle's algorithm off only on sockets that name their protocol; with it on, every answer
        # on a kept connection takes 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        self.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._platform = self._build()
        ready = threading.Event()

        @contextlib.asynccontextmanager
        async def life(app: Starlette) -> AsyncIterator[None]:
            self._loop = asyncio.get_running_loop()
            ready.set()
            yield

        app = Starlette(routes=all_routes(self._platform, lambda: self.driver), lifespan=life)
        config = uvicorn.Config(
            Abortable(Front(app, self.clock, lambda: self.is_open)),
            log_level="error",
            access_log=False,
            lifespan="on",
            date_header=False,
        )
        self._server = PromptServer(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True
        )
        listener.listen(256)
        self._thread.start()
        if not ready.wait(START_SECONDS):
            raise RuntimeError("The sandbox did not start.")
        return self.base_url

    def stop(self) -> None:
        """End every connection and the server; safe to call twice."""
        if self._server is None or self._thread is None or self._loop is None:
            return
        with contextlib.suppress(TimeoutError, RuntimeError):
            asyncio.run_coroutine_threadsafe(self._close(self._server), self._loop).result(5)
        self._thread.join(5)
        self._server = None

    def set_request_url(self, request_url: str | None) -> None:
        """Send requests to the bot here from now on; None goes back to Socket Mode."""
        self._request_url = request_url
        if self._platform:
            self._platform.delivery.use(self._requests())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _close(self, server: PromptServer) -> None:
        self.platform.live.stop()
        try:
            await self.platform.delivery.close()
        finally:
            server.told_to_end.set()

    def _requests(self) -> HttpRequests | None:
        return HttpRequests(self._request_url, self.signing_secret) if self._request_url else None

    def _build(self) -> Platform:
        live = Live()
        world = build_world(self._seed, self.clock, self.base_url, self._manifest.bot_name)
        explore = Explore(self._steps, lambda: live.tell("explore"))

        def heard(entry: dict[str, Any]) -> None:
            live.tell("traffic")
            explore.follow(entry)

        platform = Platform(
            world=world,
            clock=self.clock,
            manifest=self._manifest,
            meter=Meter(self._limits),
            faults=Faults(),
            traffic=Traffic(self._traffic_size, heard),
            live=live,
            permissions=Permissions(self.clock),
            explore=explore,
            first_look=self._first_look,
            credentials=self._credentials,
        )
        sockets = Sockets(self.base_url, world.app_id)
        platform.delivery = Delivery(platform, sockets, self._requests(), self._event_retries)
        platform.events = Events(platform)
        return platform
