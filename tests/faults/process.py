"""A process of the product with fault points around its parts: `python -m tests.faults.process worker deliver`.

It runs what `aigc` runs with the same arguments. The filter is the real one with the layers that need no model.
"""

from __future__ import annotations

import sys

import engine.safety
from bot.__main__ import main
from engine.adapters.artifact_store import FsspecArtifactStore
from engine.adapters.job_store import SqlJobStore
from engine.domain.safety import Category
from engine.safety.evidence import Evidence
from engine.safety.filter import LayeredFilter
from engine.safety.layers import Layer
from engine.safety.policy import load_policy
from engine.safety.rules import CompanyCheck, PatternCheck
from engine.safety.stream import SentenceStream
from engine.settings import EngineSettings
from tests.faults.models import is_forbidden
from tests.faults.points import place

SLACK = ("chat_postMessage", "chat_update", "files_getUploadURLExternal", "files_completeUploadExternal")


class ForbiddenPicture:
    """Judges an image by what the campaign's model draws when it should not."""

    name = "nudenet"

    def judge(self, image: bytes) -> list[Evidence]:
        return [Evidence(Category.SEXUAL, 1.0, "campaign")] if is_forbidden(image) else []


def light_safety(settings: EngineSettings) -> LayeredFilter:
    """The filter of the settings without what must be loaded."""
    policy, limit_s = load_policy(settings.policy_file), settings.safety_timeout_s
    layers = (Layer(CompanyCheck(policy.file.company_rules), limit_s), Layer(PatternCheck(), limit_s))
    return LayeredFilter(policy, layers, (Layer(ForbiddenPicture(), limit_s),))


def place_points(arguments: list[str]) -> None:
    """Around what the process with these arguments is made of."""
    place(SqlJobStore, "store", ("admit", "take_turn", "hand_back", "finish", "save_delivery"))
    place(FsspecArtifactStore, "artifacts", ("put", "get"))
    if "generate" in arguments:
        engine.safety.build_safety = light_safety
        place(LayeredFilter, "filter", ("check_prompt", "check_image"))
        place(SentenceStream, "filter", ("feed", "finish"))
    if "deliver" in arguments:
        from slack_sdk import WebClient  # a generation worker does without

        from bot.slack.messenger import SlackMessenger

        place(WebClient, "slack", SLACK)
        place(SlackMessenger, "slack", ("_send",))


if __name__ == "__main__":
    place_points(sys.argv[1:])
    main()
