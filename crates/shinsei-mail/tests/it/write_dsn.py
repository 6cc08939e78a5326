"""Writes delivery status notifications (RFC 3464) with Python's own email package, for a JSON list of what they say."""

import json
import sys
from email.generator import BytesGenerator
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import Parser
from email.policy import SMTP
from io import BytesIO


def status(action, code):
    """The part message/delivery-status: fields of the mail, then fields of its reader."""
    of_the_mail, of_the_reader = Message(), Message()
    of_the_mail["Reporting-MTA"] = "dns; mx.example.jp"
    of_the_mail["Arrival-Date"] = "Thu, 07 May 2026 15:04:00 +0900"
    of_the_reader["Original-Recipient"] = "rfc822;hanako@example.jp"
    of_the_reader["Final-Recipient"] = "rfc822; hanako@example.jp"
    of_the_reader["Action"] = action
    of_the_reader["Status"] = code
    of_the_reader["Diagnostic-Code"] = "smtp; 550 5.1.1 <hanako@example.jp>: no such user"
    part = Message()
    part.add_header("Content-Type", "message/delivery-status")
    part.set_payload([of_the_mail, of_the_reader])
    return part


def returned(mail, head_only):
    """The mail as it is sent back, whole or its head."""
    part = Message()
    if head_only:
        part.add_header("Content-Type", "text/rfc822-headers")
        part.set_payload(mail.split("\r\n\r\n", 1)[0] + "\r\n\r\n")
    else:
        part.add_header("Content-Type", "message/rfc822")
        part.set_payload([Parser().parsestr(mail)])
    return part


def report(said):
    whole = MIMEMultipart("report", report_type="delivery-status")
    whole["From"] = "MAILER-DAEMON@mx.example.jp"
    whole["To"] = "no-reply@city.hakodate.example.jp"
    whole["Subject"] = "Undelivered Mail Returned to Sender"
    whole["Auto-Submitted"] = "auto-replied"
    whole.attach(MIMEText("Sorry, your mail could not be delivered.", "plain", "us-ascii"))
    whole.attach(status(said["action"], said["status"]))
    whole.attach(returned(said["mail"], said["head_only"]))
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=SMTP).flatten(whole)
    return out.getvalue().decode("ascii")


json.dump([report(said) for said in json.load(sys.stdin)], sys.stdout)
