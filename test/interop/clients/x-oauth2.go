package main

import (
	"context"
	"fmt"
	"log"
	"net/url"
	"os"

	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	config := clientcredentials.Config{
		ClientID:       os.Getenv("CLIENT_ID"),
		ClientSecret:   os.Getenv("CLIENT_SECRET"),
		TokenURL:       os.Getenv("PORTCULLIS") + "/oauth/token",
		Scopes:         []string{"invoices:read"},
		EndpointParams: url.Values{"resource": {os.Getenv("AUDIENCE")}},
	}
	token, err := config.Token(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token.AccessToken)
}
