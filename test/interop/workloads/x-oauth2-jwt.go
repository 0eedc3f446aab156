package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"golang.org/x/oauth2/jwt"
)

func main() {
	config := jwt.Config{
		Email:      "https://robots.example.com",
		Subject:    os.Getenv("SUBJECT"),
		PrivateKey: []byte(os.Getenv("PRIVATE_KEY")),
		TokenURL:   os.Getenv("PORTCULLIS") + "/oauth/token",
		Audience:   os.Getenv("PORTCULLIS"),
		// An hour, and ten seconds before it, otherwise.
		Expires: 5 * time.Minute,
	}
	token, err := config.TokenSource(context.Background()).Token()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token.AccessToken)
}
