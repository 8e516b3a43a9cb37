"""The forms of secrets: keys, tokens, passwords.

Sources: RFC 7519 (JWT), RFC 7468 (PEM), RFC 3986 (a password in a URL), and the token forms that their issuers publish.
"""

from __future__ import annotations

import re

from engine.domain.safety import Category
from engine.safety.checksums import mixed
from engine.safety.recogniser import Recogniser, recogniser

_SECRET = Category.SECRET
_PEM = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}-----|\Z)"

_TOKENS = {
    "Slack": r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}",
    "Amazon": r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])",
    "GitHub": r"gh[opsur]_[A-Za-z0-9]{30,}|github_pat_\w{30,}",
    "GitLab": r"gl(?:pat|ptt|rt|dt|soat|agent)-[\w-]{20,}",
    "Google": r"AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}",
    "Hugging Face": r"hf_[A-Za-z0-9]{30,}",
    "npm, PyPI": r"npm_[A-Za-z0-9]{36}|pypi-AgE[\w-]{50,}",
    "Stripe": r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,}",
    "SendGrid": r"SG\.[\w-]{16,}\.[\w-]{16,}",
    "Twilio": r"SK[0-9a-f]{32}(?![0-9a-f])",
    "Telegram": r"\d{8,10}:AA[\w-]{33}(?![\w-])",
    "Shopify, DigitalOcean, Databricks": r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|do[opr]_v1_[0-9a-f]{64}|dapi[0-9a-f]{32}",
    "Groq, Replicate, Linear, Notion": r"gsk_[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{36,}|lin_api_[A-Za-z0-9]{32,}|ntn_\w{40,}",
    "Alibaba, Tencent": r"LTAI[A-Za-z0-9]{12,24}(?![A-Za-z0-9])|AKID[A-Za-z0-9]{32}(?![A-Za-z0-9])",
}
_WEBHOOKS = (
    r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/]+|discord(?:app)?\.com/api/webhooks/\d+/[\w-]+"
    r"|[\w-]+\.webhook\.office\.com/webhookb2/[\w@/-]+|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/[\w-]+"
    r"|(?:oapi\.dingtalk\.com/robot/send\?access_token|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key)=[\w-]+"
)
_LABEL = (
    r"(?:password|passwd|passphrase|passcode|secret[ _-]?key|client[ _-]?secret|api[ _-]?key|access[ _-]?key|"
    r"access[ _-]?token|auth[ _-]?token|\bpwd|密码|口令|密钥|秘钥)"
)
_IS = r"[\"']?[ \t]{0,2}(?:is|was|是|为)?[ \t]{0,2}[:=]?[ \t]{0,2}[\"'`]?"

RECOGNISERS: tuple[Recogniser, ...] = (
    recogniser("private key", _SECRET, _PEM, flags=re.DOTALL),
    recogniser("jwt", _SECRET, r"(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),
    recogniser("token", _SECRET, rf"(?<![A-Za-z0-9])(?:{'|'.join(_TOKENS.values())})"),
    recogniser("api key", _SECRET, r"(?<![A-Za-z0-9])[sr]k[-_][\w-]{16,}", mixed),
    recogniser("webhook", _SECRET, _WEBHOOKS),
    recogniser("password", _SECRET, r"(?<![A-Za-z])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@]{0,80}:(?P<it>[^\s/@]{1,120})@"),
    recogniser("token", _SECRET, r"(?i:\b(?:bearer|basic)[ \t]+)(?P<it>[\w.~+/-]{16,}={0,2})", mixed),
    recogniser(
        "token",
        _SECRET,
        r"(?i:[?&](?:access_token|refresh_token|id_token|token|api_?key|key|sig|signature|secret|password)=)"
        r"(?P<it>[\w%.~+/-]{8,}\w)",
        mixed,
    ),
    recogniser(
        "password", _SECRET, rf"(?i:{_LABEL}{_IS})(?P<it>[\x21-\x7e]{{6,}}[\w$#@!%^&*+/=])", mixed
    ),
    recogniser(
        "password",
        _SECRET,
        r"(?i:(?:password|passcode|\bpin|\botp|密码|口令|验证码)[ \t]{0,2}[:=][ \t]{0,2})(?P<it>\d{4,12})(?![\w.,-])",
    ),
    recogniser(
        "password",
        _SECRET,
        r"(?<![A-Z0-9_])[A-Z0-9_]{0,40}(?:SECRET|TOKEN(?!S)|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)[A-Z0-9_]{0,20}"
        r"[ \t]?[=:][ \t]?[\"']?(?P<it>[\x21-\x7e]{7,}[\w=])",
        mixed,
    ),
)  # fmt: skip
