"""Lists and zones of the user's own: looked at before anything is stored, kept in the workspace, built in on request."""
