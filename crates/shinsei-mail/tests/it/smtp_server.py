"""A mail server for the tests: aiosmtpd, with STARTTLS and AUTH where it is told so.

Arguments: the folder that mails go into; then, to encrypt, the files of certificate and key, and "starttls" or "tls".
It listens on a port of 127.0.0.1 that the system chooses and prints it. What it says to a reader follows from the name:
busy@ and full@ must come again later, gone@ never; refuse@ is only refused once the whole mail was sent.
"""

import asyncio
import json
import os
import ssl
import sys
import uuid

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

FOLDER, *ENCRYPTED = sys.argv[1:]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        replies = {"busy": "450 4.2.0 <%s> is busy", "full": "452 4.2.2 <%s> is full", "gone": "550 5.1.1 no <%s>"}
        reply = replies.get(address.split("@")[0])
        if reply:
            return reply % address
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("refuse@"):
            return "554 5.7.1 <%s> wants no such mail" % envelope.rcpt_tos[0]
        mail = {
            "hello": session.host_name,
            "encrypted": server.transport.get_extra_info("ssl_object") is not None,
            "signed_in": bool(session.authenticated),
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": envelope.original_content.decode("ascii"),
        }
        name = os.path.join(FOLDER, str(uuid.uuid4()))
        with open(name + ".part", "w") as file:
            json.dump(mail, file)
        os.rename(name + ".part", name + ".json")
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"hakodate", b"secret of the city")
    return AuthResult(success=known, handled=False)


async def serve():
    options = {"hostname": "mail.test"}
    wrapped = None
    if ENCRYPTED:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*ENCRYPTED[:2])
        options.update(authenticator=authenticate)
        if ENCRYPTED[2] == "starttls":
            options.update(tls_context=context, require_starttls=True, auth_required=True)
        else:
            wrapped = context
            options.update(auth_require_tls=False)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Handler(), **options), "127.0.0.1", 0, ssl=wrapped
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
