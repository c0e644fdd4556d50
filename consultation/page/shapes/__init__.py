"""The shapes of the answers of the read API, from which its OpenAPI document is made."""
