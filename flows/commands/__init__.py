"""The commands of `bogda`, one module each."""
