import os
import sys

import requests
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata

CLASSES = {
    "oauth-authorization-server": AuthorizationServerMetadata,
    "openid-configuration": OpenIDProviderMetadata,
}
name = sys.argv[1]
document = requests.get(os.environ["PORTCULLIS"] + "/.well-known/" + name).json()
CLASSES[name](document).validate()
print("valid")
