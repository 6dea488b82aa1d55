"""A user's own locustfile: looked through before the run, walked once per visit during it, kept behind the fence."""
