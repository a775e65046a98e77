"""Who somebody is by the word of a provider of identity (OpenID Connect Core 1.0)."""
