"""The page on which people look at published runs: a read API, and the front end built for it."""
