"""``cmdb serve``: the GraphQL server."""

import ipaddress
import socket
from typing import Annotated

import typer
import uvicorn

from cmdb.app.cli.invocation import Invocation, invocation_of
from cmdb.app.cli.output import diagnostics
from cmdb.app.rendering.lines import line
from cmdb.app.wiring import Absent
from cmdb.errors import BadInput
from cmdb.practices.services import Services


def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", show_default=False, help="Else CMDB_HOST, else 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, show_default=False, help="Else CMDB_PORT, else 8000.")
    ] = None,
) -> None:
    """Answer GraphQL, and take imports and give exports in bulk, until it is stopped with Ctrl-C.

    [bold]Examples[/bold]

      cmdb serve
      cmdb --store neo4j://db.example.com serve --port 9000
      CMDB_API_TOKEN=… cmdb serve --host 0.0.0.0

      curl -H 'content-type: application/x-ndjson' --data-binary @rows.ndjson 'localhost:8000/imports?source=lab'
      curl localhost:8000/exports

    Beyond loopback it serves only with CMDB_API_TOKEN, which every request must then bring as its bearer token.

    [bold]Limits, in the environment[/bold]

      CMDB_IMPORT_BYTES      largest body of an import, in bytes, as it is unpacked; 1073741824
      CMDB_IMPORTS_AT_ONCE   imports that are taken at once, others are told to come back; 4
      CMDB_EXPORTS_AT_ONCE   exports that are served at once, others are told to come back; 4
      CMDB_IMPORT_PATIENCE   seconds that an import waits for a busy scope; 5
      CMDB_IMPORT_POLICY     policy file that says what an import is held for, or none; built in
    """
    invocation = invocation_of(context)
    address = require_token(invocation, host or invocation.settings.host)
    with invocation.services(Absent.FOUND) as services:
        listen(services, invocation, address, invocation.settings.port if port is None else port)


def require_token(invocation: Invocation, host: str) -> str:
    """The host, when it may be served: beyond loopback only with a token.

    Raises:
        typer.BadParameter: others could reach the server and there is no token.
    """
    if is_loopback(host) or invocation.settings.token:
        return host
    msg = f"{host} can be reached by others. Set CMDB_API_TOKEN to a long random text, or serve on 127.0.0.1."
    raise typer.BadParameter(msg, param_hint="--host")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def endpoint(host: str, port: int) -> str:
    """The address of the GraphQL endpoint, as a client writes it.

    >>> endpoint("127.0.0.1", 8000), endpoint("::1", 8000)
    ('http://127.0.0.1:8000/graphql', 'http://[::1]:8000/graphql')
    """
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/graphql"


def listen(services: Services, invocation: Invocation, host: str, port: int) -> None:
    """Serve until the process is told to stop; port 0 takes a free one.

    Raises:
        BadInput: the address cannot be used.
    """
    from cmdb.app.server import server  # noqa: PLC0415 - the other commands need not load the API

    app = server(services, invocation.settings)
    with _bound(host, port) as listener:
        diagnostics().print(line(f"GraphQL at {endpoint(host, listener.getsockname()[1])}; Ctrl-C stops it."))
        try:
            uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
        except KeyboardInterrupt:
            diagnostics().print(line("Stopped."))


def _bound(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        msg = f"{host} port {port} cannot be used: {error.strerror}."
        raise BadInput(msg, hint="Name another with --host or --port.") from error
