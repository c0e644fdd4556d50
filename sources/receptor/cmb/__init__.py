"""Chemical mass balance: contributions of sources whose profiles are known."""
