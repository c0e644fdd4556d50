"""How good were the forecasts? Scores of a hindcast, always on the same valid times for all models.

Start at `forecast.verification.table.score_table`; `presentation` turns its records into tables.
"""
