import os
import sys

import requests
from jose import jwt

issuer = os.environ["PORTCULLIS"]
audience = os.environ["AUDIENCE"]
keys = requests.get(issuer + "/.well-known/jwks.json").json()


def verify(token):
    if jwt.get_unverified_header(token).get("typ") != "at+jwt":
        raise jwt.JWTError("It is not an access token")
    return jwt.decode(
        token, keys, algorithms=["ES256", "RS256"], issuer=issuer, audience=audience
    )


print(verify(sys.argv[1])["client_id"])
