from typing import Any
from uuid import UUID

from django.db import transaction

from aira.schema.roles import become, bring_claims, claims, step_back
from tests.tenant_rows import Rows

ALICE = UUID("00000000-0000-4000-8000-00000000a11c")


def whoami(cursor: Any) -> tuple[str, str]:
    cursor.execute("select current_user, coalesce(current_setting('request.jwt.claims', true), '')")
    return cursor.fetchone()


def test_claims_are_those_of_the_partys_jwt() -> None:
    assert claims("voice_agent") == {"role": "voice_agent"}
    assert claims("authenticated", ALICE) == {"role": "authenticated", "sub": str(ALICE), "aal": "aal1"}


def test_a_session_that_acts_as_alice_sees_her_rows(direct: Any, alices: Rows, bobs: Rows) -> None:
    with transaction.atomic(using="direct"), direct.cursor() as cursor:
        become(cursor, "authenticated", alices.user)
        cursor.execute("select auth.uid(), array(select id from public.business_v2)")
        assert cursor.fetchone() == (alices.user, [alices.business])


def test_a_role_ends_with_the_transaction_or_earlier(direct: Any, alices: Rows) -> None:
    with direct.cursor() as cursor:
        owner, _ = whoami(cursor)
        with transaction.atomic(using="direct"):
            become(cursor, "authenticated", alices.user)
        assert whoami(cursor) == (owner, "")
        with transaction.atomic(using="direct"):
            become(cursor, "voice_agent")
            assert whoami(cursor) == ("voice_agent", '{"role": "voice_agent"}')
            step_back(cursor)
            assert whoami(cursor) == (owner, "")


def test_the_owner_can_set_alices_claims_and_keep_the_role(direct: Any, alices: Rows) -> None:
    with transaction.atomic(using="direct"), direct.cursor() as cursor:
        owner, _ = whoami(cursor)
        bring_claims(cursor, "authenticated", alices.user)
        cursor.execute("select current_user, auth.uid()")
        assert cursor.fetchone() == (owner, alices.user)
