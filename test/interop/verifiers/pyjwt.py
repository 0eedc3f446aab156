import os
import sys

import jwt

issuer = os.environ["PORTCULLIS"]
audience = os.environ["AUDIENCE"]
keys = jwt.PyJWKClient(issuer + "/.well-known/jwks.json")


def verify(token):
    if jwt.get_unverified_header(token).get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("It is not an access token")
    key = keys.get_signing_key_from_jwt(token).key
    return jwt.decode(
        token, key, algorithms=["ES256", "RS256"], issuer=issuer, audience=audience
    )


print(verify(sys.argv[1])["client_id"])
