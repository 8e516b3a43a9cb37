"""The workspace that is there at the first start."""

from __future__ import annotations

import time

from bot.playground.model import Conversation, Message, User

TEAM_ID = "T0PLAYGRND"
TEAM_NAME = "Playground"
TEAM_DOMAIN = "playground"
APP_ID = "A0AIGCAPP1"
BOT_ID = "B0AIGCBOT1"
BOT_USER_ID = "U0AIGCBOT1"
VERIFICATION_TOKEN = "playground-verification-token"  # noqa: S105 - Slack's own long deprecated field, checked by no one

ADA = User("U0ADA00001", "ada", "Ada", "en-US", "3c7d6e", "America/New_York")
BEN = User("U0BEN00001", "ben", "Ben", "en-GB", "8a5a2b")
MEI = User("U0MEI00001", "mei", "小梅 Mei", "zh-CN", "7a4b94", "Asia/Shanghai")
BOT = User(BOT_USER_ID, "aigc", "AIGC", "en-US", "2b5fa8", is_bot=True)

USERS = (ADA, BEN, MEI, BOT)
PEOPLE = (ADA, BEN, MEI)
CUSTOMER = User("U0CUSTOMER", "customer", "Customer", "en-US", "5b6770")
CUSTOMER_ZH = User("U0CUSTOMZH", "customer-zh", "顾客", "zh-CN", "8c5d3f", "Asia/Shanghai")
CUSTOMERS = (CUSTOMER, CUSTOMER_ZH)
"""They see #support alone."""
SUPPORT_ID = "C0SUPPORT0"
REVIEWS_ID = "C0REVIEWS0"
"""Only reviewers are in it; bot/play_policy.yaml names it, and them."""


def conversations() -> tuple[Conversation, ...]:
    """Channels with everybody in them, one for reviewers alone, and each person's direct messages with the app."""
    now = int(time.time())
    everybody = tuple(user.id for user in USERS)
    topics = {"general": "Everything", "marketing": "Campaigns and copy", "support": "What customers ask"}
    channels = [
        Conversation(f"C0{name.upper():0<8.8}", name, "channel", everybody, now, topic)
        for name, topic in topics.items()
    ]
    reviewers = Conversation(REVIEWS_ID, "reviews", "channel", (BEN.id, MEI.id, BOT.id), now, "What waits for a review")
    direct = [Conversation(f"D0{user.name.upper():0<8}", "", "im", (user.id, BOT.id), now) for user in PEOPLE]
    return (*channels, reviewers, *direct)


def questions() -> tuple[Message, ...]:
    """What customers of the example company wrote in #support a while ago; it says nothing about the last one."""
    asked = (
        (
            CUSTOMER,
            "Hi, my mushroom lamp came this morning and it just won't switch on. I have pressed and tapped everything. "
            "Is it broken? My order number is PF-20817.",
        ),
        (CUSTOMER_ZH, "你好，上周买的重力毯太重了，密封袋已经拆开了，还能退吗？订单号 PF-20794。"),
        (CUSTOMER, "One more thing: is there a discount for students?"),
    )
    first = int(time.time()) - 600
    return tuple(
        Message(SUPPORT_ID, f"{first + 120 * number}.000000", who.id, text) for number, (who, text) in enumerate(asked)
    )
