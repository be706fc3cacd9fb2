"""Serve a data API for the samples of the guides: run the statements of PostgREST as the token's role.

As https://docs.postgrest.org documents it: filters, order, limit, embedded tables, insert, upsert, update, delete and
rpc, each as one statement in a transaction with the role and claims of the token. Beside it the login of Supabase.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg

from tests.database import Database
from tests.docs.postgrest import NotUnderstood, PostgRest, Request

STATUS = {"23503": 409, "23505": 409, "42501": 403, "42883": 404, "42P01": 404}


@dataclass
class DataApi:
    """Serve a database. `got` holds the requests and their answers."""

    database: Database
    got: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        api, one_at_a_time = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                with one_at_a_time:
                    status, said = api.respond(self.command, self.path, dict(self.headers), body)
                sent = b"" if said is None else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815  as http.server calls them

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def respond(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        headers = {name.lower(): value for name, value in headers.items()}
        parts = urlsplit(target)
        given = json.loads(body) if body else None
        claims = claims_of(headers.get("authorization", ""))
        if parts.path.startswith("/auth/v1/"):
            return 200, self.logged_in(given, claims)
        request = Request(method, parts.path, claims["role"], parse_qsl(parts.query), headers.get("prefer", ""), given)
        self.got.append(request)
        try:
            with self.database.request(claims["role"], claims) as run:
                request.status, request.answer = PostgRest(self.database).run(run, request, headers.get("accept", ""))
        except psycopg.Error as error:
            code = error.sqlstate or ""
            request.status = 401 if code == "42501" and claims["role"] == "anon" else STATUS.get(code, 400)
            request.answer = {
                "code": code, "message": error.diag.message_primary, "details": error.diag.message_detail,
                "hint": error.diag.message_hint,
            }  # fmt: skip
        except NotUnderstood as error:
            request.status, code, message, details = error.args
            request.answer = {"code": code, "message": message, "details": details, "hint": None}
        return request.status, request.answer

    def logged_in(self, given: Any, claims: dict[str, Any]) -> Any:
        """Accept every password, since the guides are not about Supabase's login."""
        email = (given or {}).get("email") or claims.get("email")
        [user] = self.database.owner("select id::text from auth.users where email = %s", email).fetchone() or [None]
        person = {
            "id": user, "email": email, "aud": "authenticated", "role": "authenticated", "app_metadata": {},
            "user_metadata": {}, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        }  # fmt: skip
        if given is None:
            return person
        access = token("authenticated", sub=user, email=email)
        return {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": 3600,
            "refresh_token": "x",
            "user": person,
        }


def token(role: str, **claims: Any) -> str:
    """Return a JWT of the project. Its signature is not checked here."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"role": role, "exp": 4_102_444_800, "aud": "authenticated", **claims})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


def claims_of(authorization: str) -> dict[str, Any]:
    try:
        payload = authorization.removeprefix("Bearer ").split(".")[1]
        found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {"role": "anon"}
    return found


@contextmanager
def serving(database: Database) -> Iterator[DataApi]:
    api = DataApi(database)
    try:
        yield api
    finally:
        api.close()
