#!/bin/sh
# Makes made.ts anew with OpenSSL 3: certificates of clients, for tests only. The CA's key is thrown away.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir issued
: > index
cat > ca.cnf <<'CNF'
oid_section = oids
[oids]
ours = 1.3.6.1.4.1.32473.1
[ca]
default_ca = any
[any]
database = index
new_certs_dir = issued
rand_serial = yes
unique_subject = no
default_md = sha256
policy = anything
copy_extensions = copy
[anything]
commonName = optional
[req]
distinguished_name = none
[none]
CNF

request() { # name, subject, an extension, and what the key is made of
  openssl req -new -config ca.cnf -utf8 -nodes -newkey "${4:-ec}" ${5:-} -keyout "$1.key" \
    -subj "$2" ${3:+-addext "$3"} -out "$1.csr" 2>/dev/null
}
sign() { # name, from, to, and whose key signs
  openssl ca -batch -notext -preserveDN -config ca.cnf -in "$1.csr" -out "$1.pem" -startdate "$2" -enddate "$3" \
    $4 2>/dev/null
}
EC='-pkeyopt ec_paramgen_curve:P-256'
FROM=20260101000000Z
TO=21251231235959Z

request ca '/CN=Client CA' 'basicConstraints=critical,CA:TRUE' ec "$EC"
sign ca $FROM $TO '-selfsign -keyfile ca.key'
issued() { request "$@"; sign "$1" $FROM $TO '-cert ca.pem -keyfile ca.key'; }
own() { request "$1" "$2" "${5:-}" ec "$EC"; sign "$1" "$3" "$4" "-selfsign -keyfile $1.key"; }

issued exports '/C=DE/O=Example GmbH/CN=exports' \
  'subjectAltName=DNS:Exports.Example.com,DNS:second.example,URI:spiffe://example.com/Exports,IP:192.0.2.7,IP:2001:db8:0:0::7,email:Exports@Example.com' ec "$EC"
issued other '/C=DE/O=Example GmbH/CN=other' 'subjectAltName=DNS:other.example.com' ec "$EC"
issued odd '/C=DE/L=Köln/O=Ex, "ample" \+ <Co>; #1/serialNumber=00 7/emailAddress=a@b.example/ours=é/CN=  a +UID=b' '' ec "$EC"
issued nameless '/' 'subjectAltName=critical,URI:spiffe://example.com/nameless' rsa:2048
own self '/CN=self' $FROM $TO
own expired '/CN=self' 20200101000000Z 20201231235959Z
own future '/CN=self' 21000101000000Z $TO

base64_of() { openssl x509 -in "$1.pem" -outform DER | base64 -w0; }
subject_of() { openssl x509 -in "$1.pem" -noout -subject -nameopt RFC2253 | sed 's/^subject=//; s/\\/\\\\/g'; }
{
  echo '// Made by make.sh. `subject` is as OpenSSL prints it.'
  echo
  echo 'export const CERTIFICATES = {'
  for name in ca exports other odd nameless self expired future; do
    printf "  %s: {\n    der: '%s',\n    subject: '%s',\n  },\n" $name "$(base64_of $name)" "$(subject_of $name)"
  done
  echo '}'
  echo
  echo '/** Private keys, as the base64 of their PKCS #8. */'
  echo 'export const KEYS = {'
  for name in exports other self; do
    printf "  %s: '%s',\n" $name "$(openssl pkcs8 -topk8 -nocrypt -in $name.key -outform DER | base64 -w0)"
  done
  echo '}'
} > "$here/made.ts"
