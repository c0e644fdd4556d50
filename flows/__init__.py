"""When does it run? The daily flow, the cases and the `bogda` command. No science."""
