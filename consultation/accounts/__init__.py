"""Who people are: accounts, passwords, sessions, single sign-on, and how often one may try."""
