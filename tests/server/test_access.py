"""Who may do what, and how often."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.errors import KeyFileUnreadable, UnsafeBind, WeakKey
from server.guard import limiter_of
from server.keys import Keys, hashed, new_key
from server.limits import Limiter, shared_table
from server.listening import refuse_unsafe
from server.settings import Settings

ADMIN, READER = "the admin's own key", "a reader's own key"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def keyed(seeds_index: Path, tmp_path: Path) -> FlaskClient:
    """A service with keys for reading and for managing, the readers' as a hash."""
    settings = Settings(index=seeds_index, state=tmp_path, admin_key=ADMIN, read_keys=(hashed(READER),))
    return create_app(settings).test_client()


def test_without_a_key_nothing_can_be_read_but_whether_it_is_well(keyed: FlaskClient) -> None:
    asked = keyed.post("/api/v1/ask", json={"question": "问"})
    assert asked.status_code == 401
    assert asked.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in asked.get_json()["detail"]
    for path in ("/api/v1/index", "/metrics", "/openapi.json", "/api/v1/articles/nope", "/"):
        assert keyed.get(path).status_code == 401, path
    for path in ("/healthz", "/readyz"):
        assert keyed.get(path).status_code == 200, path


def test_a_reader_may_read_and_not_manage(keyed: FlaskClient) -> None:
    assert keyed.get("/api/v1/index", headers=bearer(READER)).status_code == 200
    refused = keyed.post("/api/v1/index/rebuild", headers=bearer(READER))
    assert (refused.status_code, refused.get_json()["type"]) == (403, "urn:baowen:problem:admin-key-needed")
    assert keyed.get("/api/v1/feedback", headers=bearer(ADMIN)).status_code == 200
    assert keyed.get("/api/v1/index", headers=bearer(ADMIN)).status_code == 200


def test_a_browser_asks_its_user_for_the_key_of_a_page(keyed: FlaskClient) -> None:
    page = keyed.get("/")
    assert page.headers["WWW-Authenticate"].startswith("Basic")
    basic = {"Authorization": "Basic " + b64encode(f"me:{READER}".encode()).decode()}
    assert keyed.get("/", headers=basic).status_code == 200
    admins = {"Authorization": "Basic " + b64encode(f"me:{ADMIN}".encode()).decode()}
    # A browser sends it along with whatever another site's form makes it post.
    assert keyed.post("/api/v1/index/rebuild", headers=admins).status_code == 401


def test_without_an_admin_key_nobody_can_manage(client: FlaskClient) -> None:
    for refused in (client.post("/api/v1/index/rebuild"), client.get("/api/v1/feedback", headers=bearer("anything"))):
        assert refused.status_code == 403
        assert "BAOWEN_ADMIN_KEY" in refused.get_json()["detail"]


def test_where_no_key_is_needed_any_is_welcome(client: FlaskClient) -> None:
    for _ in range(30):  # clients of OpenAI always send one
        assert client.get("/api/v1/index", headers=bearer("whatever")).status_code == 200


def test_guessing_a_key_is_slowed_down(keyed: FlaskClient) -> None:
    guesses = [keyed.get("/api/v1/index", headers=bearer(f"guess number {n}")) for n in range(12)]
    assert [guess.status_code for guess in guesses] == [401] * 10 + [429] * 2
    assert int(guesses[-1].headers["Retry-After"]) >= 1
    assert (
        keyed.get("/api/v1/index", headers=bearer(READER)).status_code == 429
    )  # so that guessing right looks no different


def test_keys_are_kept_as_hashes_only(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{hashed(READER)}  # the library\n\nanother-key\n", encoding="utf-8")
    keys = Keys.of(Settings(admin_key_file=file, read_keys=(READER,)))
    assert READER not in repr(keys)
    assert keys.role(READER) == keys.role("another-key") == "admin"
    assert keys.role(hashed(READER)) is None
    assert new_key() != new_key()


@pytest.mark.parametrize(
    ("text", "error"), [("short\n", WeakKey), ("# nothing\n", KeyFileUnreadable), (None, KeyFileUnreadable)]
)
def test_a_bad_file_of_keys_is_told(tmp_path: Path, text: str | None, error: type[Exception]) -> None:
    file = tmp_path / "keys"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(error, match="keys"):
        Keys.of(Settings(admin_key_file=file))


def test_only_this_machine_is_served_without_a_key(tmp_path: Path) -> None:
    with pytest.raises(UnsafeBind, match="baowen key"):
        refuse_unsafe(Settings(host="0.0.0.0"))
    for settings in (
        Settings(host="127.0.0.1"),
        Settings(host="0.0.0.0", admin_key=ADMIN),
        Settings(host="0.0.0.0", admin_key_file=tmp_path / "key"),
        Settings(host="0.0.0.0", insecure=True),
    ):
        refuse_unsafe(settings)


def test_who_asks_too_often_is_told_when_to_come_back(seeds_index: Path) -> None:
    client = create_app(Settings(index=seeds_index, rate_per_minute=3)).test_client()
    statuses = [client.get("/api/v1/index").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    refused = client.get("/api/v1/index")
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert client.get("/healthz").status_code == 200
    assert client.get("/api/v1/index", environ_base={"REMOTE_ADDR": "127.0.0.2"}).status_code == 200


def test_a_limit_recovers_at_its_rate_and_is_shared_by_all_workers(tmp_path: Path) -> None:
    now = 100.0
    one, other = (Limiter("ask", 60, 2, shared_table(tmp_path / "limits"), lambda: now) for _ in range(2))
    assert [one.wait_s("a"), other.wait_s("a"), one.wait_s("b")] == [0, 0, 0]
    assert other.wait_s("a") == pytest.approx(1.0)
    now += 1.0
    assert one.wait_s("a") == 0
    assert other.wait_s("a") > 0


def test_limits_are_for_services_that_others_can_reach() -> None:
    assert limiter_of(Settings()) is None
    assert limiter_of(Settings(host="0.0.0.0")) is not None
    assert limiter_of(Settings(trusted_proxies=1)) is not None  # others come by way of the proxy
    assert limiter_of(Settings(host="0.0.0.0", rate_per_minute=0)) is None


def test_pages_of_other_sites_may_not_read_unless_they_are_named(seeds_index: Path) -> None:
    site = "https://papers.example"
    closed = create_app(Settings(index=seeds_index)).test_client()
    assert "Access-Control-Allow-Origin" not in closed.get("/api/v1/index", headers={"Origin": site}).headers
    open_ = create_app(Settings(index=seeds_index, cors_origins=(site,))).test_client()
    assert open_.get("/api/v1/index", headers={"Origin": site}).headers["Access-Control-Allow-Origin"] == site
    asks = open_.options("/api/v1/ask", headers={"Origin": site, "Access-Control-Request-Method": "POST"})
    assert asks.status_code == 204
    assert "Content-Type" in asks.headers["Access-Control-Allow-Headers"]
    strange = open_.get("/api/v1/index", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in strange.headers
    assert "Origin" in strange.headers["Vary"]


def test_what_a_proxy_says_is_believed_only_where_one_is_named(seeds_index: Path) -> None:
    told = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "papers.example"}
    believed = Settings(index=seeds_index, hosts=("papers.example",), trusted_proxies=1, rate_per_minute=1)
    alone, behind = (
        create_app(settings).test_client() for settings in (Settings(index=seeds_index, rate_per_minute=1), believed)
    )
    assert alone.get("/api/v1/index", headers=told).status_code == 200
    assert alone.get("/api/v1/index", headers=told | {"X-Forwarded-For": "192.0.2.8"}).status_code == 429
    assert behind.get("/api/v1/index", headers=told).status_code == 200
    assert behind.get("/api/v1/index", headers=told | {"X-Forwarded-For": "192.0.2.8"}).status_code == 200
    assert behind.get("/api/v1/index", headers=told | {"X-Forwarded-Host": "evil.example"}).status_code == 400
