"""Settings by profile: `demo`, `dev`, `test`, `production`, all built on `base`."""
