import os

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

session = OAuth2Session(
    os.environ["CLIENT_ID"],
    os.environ["PRIVATE_KEY"],
    token_endpoint_auth_method="private_key_jwt",
)
endpoint = os.environ["PORTCULLIS"] + "/oauth/token"
session.register_client_auth_method(PrivateKeyJWT(endpoint))
token = session.fetch_token(endpoint, grant_type="client_credentials", resource=os.environ["AUDIENCE"])
print(token["access_token"])
