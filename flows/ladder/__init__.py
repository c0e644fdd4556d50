"""On which rung of each ladder does a run stand, and why on none above?"""
