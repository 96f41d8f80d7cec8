"""Tocsin, the bot. The layers are the folders: adapters around services, services around text and domain."""
