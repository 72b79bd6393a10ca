"""Page kinds: which pages there are for a library, and what their templates may call."""
