"""Reads messages (a JSON list of texts) with Python's own parser and writes what it found as JSON."""

import json
import sys
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime


def encodable(text):
    try:
        text.encode("iso2022_jp")
        return True
    except UnicodeEncodeError:
        return False


def display_name(raw):
    """The structured parser of policy.default loses or adds spaces between encoded words; this one follows RFC 2047."""
    name, _ = parseaddr(raw.replace("\r\n", ""))
    return str(make_header(decode_header(name)))


def read(text):
    message = message_from_bytes(text.encode("utf-8"), policy=policy.default)
    defects = [repr(defect) for defect in message.defects]
    for value in message.values():
        defects += [repr(defect) for defect in getattr(value, "defects", ())]
    plain = message_from_bytes(text.encode("utf-8"), policy=policy.compat32)
    (sender,) = message["From"].addresses
    body = message.get_content()
    return {
        "headers": list(message.keys()),
        "from_name": display_name(plain["From"]),
        "from_address": sender.addr_spec,
        "to": [address.addr_spec for address in message["To"].addresses],
        "subject": str(message["Subject"]),
        "date": parsedate_to_datetime(message["Date"]).isoformat(),
        "message_id": str(message["Message-ID"]),
        "auto_submitted": str(message["Auto-Submitted"]),
        "content_type": message.get_content_type(),
        "charset": message.get_content_charset(),
        "attachments": sum(1 for _ in message.iter_attachments()),
        "body": body.replace("\r\n", "\n"),
        "defects": defects,
        "in_iso_2022_jp": encodable(body) and encodable(str(message["Subject"])),
    }


json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
