"""Referrals: whom at a customer one may ask for one and whom not, what was given, and whether we said thank you."""
