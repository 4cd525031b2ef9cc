"""Nurture: once a quarter something worth telling is proposed for each account, and what came of it is kept."""
