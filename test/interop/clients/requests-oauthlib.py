import os

from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

session = OAuth2Session(client=BackendApplicationClient(os.environ["CLIENT_ID"], scope="invoices:read"))
token = session.fetch_token(
    os.environ["PORTCULLIS"] + "/oauth/token",
    client_secret=os.environ["CLIENT_SECRET"],
    resource=os.environ["AUDIENCE"],
)
print(token["access_token"])
