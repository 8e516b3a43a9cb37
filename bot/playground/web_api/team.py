"""auth.test, team.info, apps.connections.open."""

from __future__ import annotations

from bot.playground import seed
from bot.playground.model import Json
from bot.playground.web_api.call import Call, Methods


def auth_test(call: Call) -> Json:
    return {
        "url": f"{call.playground.config.public_url}/",
        "team": seed.TEAM_NAME,
        "user": seed.BOT.name,
        "team_id": seed.TEAM_ID,
        "user_id": seed.BOT_USER_ID,
        "bot_id": seed.BOT_ID,
        "is_enterprise_install": False,
    }


def team_info(call: Call) -> Json:
    url = call.playground.config.public_url
    icon = {"image_default": True}
    team = {"id": seed.TEAM_ID, "name": seed.TEAM_NAME, "domain": seed.TEAM_DOMAIN, "url": f"{url}/"}
    return {"team": {**team, "email_domain": "", "icon": icon, "avatar_base_url": url, "is_verified": False}}


def open_connection(call: Call) -> Json:
    return {"url": call.playground.sockets.new_url()}


METHODS: Methods = {
    "auth.test": ("", auth_test),
    "team.info": ("team:read", team_info),
    "apps.connections.open": ("app", open_connection),
}
