"""The pages a person sees: sign in, approve a device, keys, sessions.

Layer: devcloud, server-rendered HTML without scripts.
"""

from __future__ import annotations

from phyware_auth.devcloud.pages import device, home, keys, my_sessions

BLUEPRINTS = (home.blueprint, device.blueprint, keys.blueprint, my_sessions.blueprint)
