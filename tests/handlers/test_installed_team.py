"""For which workspace a payload is, in each of the forms in which Slack says so."""

import pytest

from handlers.inbound.installed_team import is_ours

OURS, OTHER = "T0PERENNIAL", "T0OTHER"


@pytest.mark.parametrize(
    ("body", "served"),
    [
        # Commands.
        ({"team_id": OURS}, True),
        ({"team_id": OTHER}, False),
        ({"team_id": OTHER, "enterprise_id": "E1"}, False),
        ({"team_id": OURS, "enterprise_id": "E1", "is_enterprise_install": "false"}, True),
        # Buttons, shortcuts, searches.
        ({"team": {"id": OURS, "domain": "larkfield"}}, True),
        ({"team": {"id": OTHER}, "user": {"team_id": OURS}}, False),
        ({"team": OTHER}, False),
        ({"team": {"id": OURS}, "user": {"team_id": OTHER}}, True),
        # An organisation's installation leaves the workspace out; then the person's counts.
        ({"team": None, "enterprise": {"id": "E1"}, "user": {"id": "U1", "team_id": OURS}}, True),
        ({"team": None, "enterprise": {"id": "E1"}, "user": {"id": "U1", "team_id": OTHER}}, False),
        ({"team": None, "enterprise": {"id": "E1"}, "user": {"id": "U1", "team_id": "E1"}}, True),
        ({"team": None, "enterprise": {"id": "E1"}, "view": {"team_id": OURS}}, True),
        # A modal that was opened in a shared channel is sent off in the other company's workspace.
        ({"team": {"id": OTHER}, "view": {"app_installed_team_id": OURS, "team_id": OTHER}}, True),
        ({"team": {"id": OURS}, "view": {"app_installed_team_id": OTHER}}, False),
        ({"team": {"id": OURS}, "view": {"app_installed_team_id": None}}, True),
        # Events: the installations they are sent for go before the workspace where they happened.
        ({"team_id": OURS, "authorizations": [{"team_id": OURS}]}, True),
        ({"team_id": OTHER, "authorizations": [{"team_id": OURS}]}, True),
        ({"team_id": OURS, "authorizations": [{"team_id": OTHER}]}, False),
        ({"team_id": OTHER, "authorizations": [{"team_id": OTHER}, {"team_id": OURS}]}, True),
        ({"team_id": OURS, "authorizations": [{"team_id": None, "enterprise_id": "E1"}]}, True),
        ({"team_id": OTHER, "authorizations": []}, False),
        ({"team_id": OTHER, "authorizations": None}, False),
        # Nothing that can be read names another.
        ({}, True),
        ({"team": [], "user": "U1", "view": None, "authorizations": "x", "team_id": 3}, True),
    ],
)
def test_only_what_is_for_our_workspace_is_served(body, served):
    assert is_ours(body, OURS) is served
