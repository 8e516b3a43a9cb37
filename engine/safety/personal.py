"""The forms of personal data; what has no form of its own counts only with its checksum or after a word that names it.

Sources: RFC 5322 (e-mail, the part of it that is in use), ITU-T E.123 (how phone numbers are written), GA 36-2018
(Chinese number plates), the forms of Chinese numbers and travel documents that their issuers publish. What is shared
by all, such as a company's registration number or its unified social credit code, is no personal data.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.domain.safety import Category
from engine.safety.checksums import card, chinese_id, hong_kong_id, iban, phone
from engine.safety.recogniser import Recogniser, recogniser

_GAP = r"[ .\-\u2010-\u2015]?"
_LABELLED = r"[ \t]{0,2}(?:no\.?|number|#|号码|号|id|is|was|是|为)?[ \t]{0,2}(?:[:=]|is|是|为)?[ \t]{0,2}"
"""What may stand between a word and the number that it names."""

NO_PERSON = re.compile(
    r"(?:order|invoice|tracking|shipment|parcel|ticket|case|ref(?:erence)?|serial|sku|isbn|issn|ean|upc|asin|part|item|"
    r"model|version|build|article|batch|lot|doi|po|订单|单号|运单|快递|物流|发票|编号|货号|型号|批号|序列号|流水号|工单|条码|合同)"
    r"(?:[ _-]?(?:no|nr|num|number|id|code)\b\.?|号码?|[ \t]?#)?"
    r"[ \t]{0,2}(?:is|was|是|为)?[ \t]{0,2}[:=#]?[ \t]{0,2}[#\"']?\Z",
    re.IGNORECASE,
)
"""The end of what stands before a number that is a thing's, not a person's."""

_PHONE_WORD = (
    r"(?i:\b(?:tele)?phone|\btel\b\.?|\bmobile|\bcell|\bfax|\bwhatsapp|\bdesk(?=:)|电话|手机|联系方式|致电|拨打|传真|座机"
    r"|\bcall(?:ing)?(?: (?:me|us|him|her|them))?(?: back)?(?: (?:at|on))?|\btext (?:me|us)(?: (?:at|on))?"
    r"|\b(?:me|him|her|them|us|answering) (?:at|on)\b|\bmessages to\b)"
)
_DRIVING_LICENCE = r"(?i:\bdriv(?:er'?s?|er’s|ing) licen[sc]e|驾驶证|驾照)"
_BIRTH_DATE = r"(?i:\bdate of birth|\bdob\b|\bbirth ?date|\bborn on|出生日期|出生年月|生日)"
_ACCOUNT = r"(?i:\baccount (?:no\.?|number)|\bcard (?:no\.?|number)|银行卡|(?:银行|收款)账[号户]|卡号|账号|帐号)"
_OWN_IP = r"(?i:\b(?:client|my|her|his|user'?s?)[ _]ip(?: address)?)[ \t]{0,2}(?:is|was|[:=])?[ \t]{0,2}"
_WECHAT_ID = r"(?i:微信号|微信id|微信账号|wechat id|weixin id)[ \t]{0,2}[:=是为]?[ \t]{0,2}"
_WECHAT = r"(?i:微信|wechat|weixin|\bvx|v信|加v)[ \t]{0,2}[:=][ \t]{0,2}"
_QQ = r"(?i:\bqq(?:号码?)?[ \t]{0,2}[:=是][ \t]{0,2}|\bqq号码?[ \t]?)"
_EXTENSION = r"(?:x\d{2,5})?(?![\w-])"


def _personal(
    name: str, form: str, valid: Callable[[str], bool] = bool, unless: re.Pattern[str] | None = None
) -> Recogniser:
    return recogniser(name, Category.PERSONAL_DATA, form, valid, unless=unless)


def _handle(text: str) -> bool:
    """A name for a machine: with a digit, a hyphen or an underscore in it."""
    return bool(re.search(r"[\d_-]", text))


RECOGNISERS: tuple[Recogniser, ...] = (
    _personal("email", r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}"),
    _personal(
        "id number",
        r"(?<![A-Za-z0-9])[1-9]\d{5}[ -]?(?:19|20)\d{2}[ -]?[01]\d[ -]?[0-3]\d[ -]?\d{3}[ -]?[\dXx](?![A-Za-z0-9])",
        chinese_id,
    ),
    _personal("id number", rf"(?i:身份证|证件|\bid(?: card)?){_LABELLED}(?P<it>[1-9]\d{{14}})(?!\d)", chinese_id),
    _personal("id number", r"(?<![A-Za-z0-9])[A-Z]{1,2}\d{6} ?\([\dA]\)", hong_kong_id),
    _personal("passport", rf"(?i:passport|护照|通行证){_LABELLED}(?P<it>[A-Z]{{0,2}}\d{{6,9}})(?![A-Za-z0-9])"),
    _personal("driving licence", rf"{_DRIVING_LICENCE}{_LABELLED}(?P<it>[A-Z]?\d[\d-]{{4,16}}\d)(?![A-Za-z0-9])"),
    _personal("birth date", rf"{_BIRTH_DATE}{_LABELLED}(?P<it>\d{{1,4}}[-/.年]\d{{1,2}}[-/.月]\d{{1,4}}日?)"),
    _personal("card", r"(?<![\w.-])\d(?:[ -]?\d){11,18}(?![\w-])", card, NO_PERSON),
    _personal(
        "iban",
        r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[A-Za-z0-9]{11,30}"
        r"|(?: [A-Za-z0-9]{4}){2,7}(?: (?=[A-Za-z]*\d)[A-Za-z0-9]{1,3})?)(?![A-Za-z0-9])",
        iban,
    ),
    _personal("account", rf"{_ACCOUNT}{_LABELLED}(?P<it>\d(?:[ -]?\d){{7,22}})(?![\w-])"),
    _personal(
        "phone",
        rf"(?<![\w.])(?:\+?86[ -]?|0086[ -]?|\(\+?86\) ?)?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?![\w-])",
        unless=NO_PERSON,
    ),
    _personal(
        "phone",
        rf"(?<![\w.])(?:\+|00(?=[1-9]\d?[ -]))\d{{1,3}}(?:[ .-]?\(?\d{{1,4}}\)?){{2,5}}{_EXTENSION}",
        phone,
        NO_PERSON,
    ),
    _personal("phone", rf"(?<![\w.-])(?:\(\d{{3}}\) ?|\d{{3}}[.-])\d{{3}}[.-]\d{{4}}{_EXTENSION}", phone, NO_PERSON),
    _personal(
        "phone",
        r"(?<![\w.-])\(?(?:010|02\d|0[3-9]\d{2})(?:\) ?|[ -])[2-9]\d{2,3}[ -]?\d{4}(?![\w-])",
        phone,
        NO_PERSON,
    ),
    _personal("phone", rf"{_PHONE_WORD}{_LABELLED}(?P<it>\(?\+?\d(?:[ ./-]?\(?\d\)?){{6,14}}{_EXTENSION})", phone),
    _personal("ssn", r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])", unless=NO_PERSON),
    _personal(
        "plate",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• ]?(?=(?:[A-HJ-NP-Z]*\d){3})"
        r"[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])",
    ),
    _personal("chat id", rf"{_WECHAT_ID}(?P<it>[A-Za-z][\w-]{{5,19}})(?![\w-])"),
    _personal("chat id", rf"{_WECHAT}(?P<it>[A-Za-z][\w-]{{5,19}})(?![\w-])", _handle),
    _personal("chat id", rf"{_QQ}(?P<it>[1-9]\d{{4,10}})(?![\w-])"),
    _personal("ip address", rf"{_OWN_IP}(?P<it>(?:\d{{1,3}}\.){{3}}\d{{1,3}})(?![\w.])"),
)
