package main

import (
	"context"
	"fmt"
	"log"
	"os"

	oidc "github.com/coreos/go-oidc"
)

func main() {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, os.Getenv("PORTCULLIS"))
	if err != nil {
		log.Fatal(err)
	}
	// It was made for ID tokens: the audience is its ClientID, and RS256 its only algorithm unless told.
	verifier := provider.Verifier(&oidc.Config{
		ClientID:             os.Getenv("AUDIENCE"),
		SupportedSigningAlgs: []string{"ES256", "RS256"},
	})
	token, err := verifier.Verify(ctx, os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token.Subject)
}
