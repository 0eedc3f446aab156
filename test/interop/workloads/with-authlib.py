import os

from authlib.integrations.requests_client import AssertionSession

session = AssertionSession(
    os.environ["PORTCULLIS"] + "/oauth/token",
    issuer="https://robots.example.com",
    subject=os.environ["SUBJECT"],
    audience=os.environ["PORTCULLIS"],
    key=os.environ["PRIVATE_KEY"],
    header={"alg": "RS256"},
)
print(session.refresh_token()["access_token"])
