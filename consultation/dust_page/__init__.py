"""How is dust in the measurements shown: PM10 with its split, and the table of events?"""
