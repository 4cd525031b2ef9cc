"""Which accounts somebody keeps: those they own and those on whose team they are, each once."""

from __future__ import annotations

from sqlalchemy import select

from bot.accounts import team as account_team
from bot.models import Account
from tests.factories import make_account, make_member, make_teammate, make_workspace
from tests.scenes.scene import Scene


def test_who_owns_an_account_or_is_on_its_team_keeps_it_and_nobody_else_does(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        other = make_workspace(session, team_id="T0OTHER")
        stranger = make_member(session, other, "Stan")
        theirs = make_account(session, other, "Acme", owner_id=stranger.id)
        # A row that should not be there: somebody of one workspace on the team of another's account.
        make_teammate(session, theirs, any_scene.support, "support_lead")
        owner, support, manager = (one.id for one in (any_scene.owner, any_scene.support, any_scene.manager))
        pairs = session.execute(account_team.keepers(any_scene.workspace, [owner, support, manager])).all()
        assert sorted(map(tuple, pairs)) == [(any_scene.account.id, owner), (any_scene.account.id, support)]
        for member, kept in ((owner, [any_scene.account.id]), (support, [any_scene.account.id]), (manager, [])):
            found = session.scalars(
                select(Account.id).where(account_team.keeps(any_scene.workspace, member, Account.id))
            )
            assert list(found) == kept
