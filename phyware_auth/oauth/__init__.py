"""The client side of OAuth 2: protocol only, no printing, no persistence."""
