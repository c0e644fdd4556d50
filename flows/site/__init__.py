"""Which inputs does a run get at this site, and on which rung of the ladder?"""  # noqa: A005 - no top-level module
