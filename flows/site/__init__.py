"""Which inputs does a run get at this site, and on which rung of the ladder is it made?"""  # noqa: A005 - a site of forecasts, below flows
