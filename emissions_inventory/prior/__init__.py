"""The built-in prior: what is known of Xinjiang's emissions before the bureau's inventory is at hand."""
