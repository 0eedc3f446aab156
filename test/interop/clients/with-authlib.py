import os

from authlib.integrations.requests_client import OAuth2Session

session = OAuth2Session(
    os.environ["CLIENT_ID"],
    os.environ["CLIENT_SECRET"],
    token_endpoint=os.environ["PORTCULLIS"] + "/oauth/token",
    grant_type="client_credentials",
)
token = session.fetch_token(resource=os.environ["AUDIENCE"], scope="invoices:read")
print(token["access_token"])
