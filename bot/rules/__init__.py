"""What the business means, as pure functions: dates and values in, dates and values out.

Nothing here reads a clock, a table or Slack, so each rule can be held against any day in any year.
"""
