import os
import sys

import requests
from authlib.jose import JsonWebKey, JsonWebToken

issuer = os.environ["PORTCULLIS"]
audience = os.environ["AUDIENCE"]
keys = JsonWebKey.import_key_set(requests.get(issuer + "/.well-known/jwks.json").json())


def verify(token):
    claims = JsonWebToken(["ES256", "RS256"]).decode(
        token,
        keys,
        claims_options={
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": audience},
            "exp": {"essential": True},
        },
    )
    claims.validate()  # decode() looks at the signature alone
    if claims.header.get("typ") != "at+jwt":
        raise ValueError("It is not an access token")
    return claims


print(verify(sys.argv[1])["client_id"])
