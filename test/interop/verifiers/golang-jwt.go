package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/golang-jwt/jwt/v4"
	jose "gopkg.in/square/go-jose.v2"
)

func keysOf(issuer string) (keys jose.JSONWebKeySet, err error) {
	answer, err := http.Get(issuer + "/.well-known/jwks.json")
	if err != nil {
		return keys, err
	}
	defer answer.Body.Close()
	return keys, json.NewDecoder(answer.Body).Decode(&keys)
}

func verify(token, issuer, audience string, keys jose.JSONWebKeySet) (jwt.MapClaims, error) {
	claims := jwt.MapClaims{}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256", "RS256"}))
	_, err := parser.ParseWithClaims(token, claims, func(token *jwt.Token) (interface{}, error) {
		kid, _ := token.Header["kid"].(string)
		if found := keys.Key(kid); len(found) == 1 && token.Header["typ"] == "at+jwt" {
			return found[0].Key, nil
		}
		return nil, errors.New("no access token of ours")
	})
	if err == nil && !(claims.VerifyIssuer(issuer, true) && claims.VerifyAudience(audience, true)) {
		err = errors.New("of another issuer, or for another API")
	}
	return claims, err
}

func main() {
	issuer := os.Getenv("PORTCULLIS")
	keys, err := keysOf(issuer)
	if err != nil {
		log.Fatal(err)
	}
	claims, err := verify(os.Args[1], issuer, os.Getenv("AUDIENCE"), keys)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(claims["client_id"])
}
