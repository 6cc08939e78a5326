#!/usr/bin/env bash
# Makes the signed documents of the quickstart anew, with keys that are thrown away afterwards. Needs OpenSSL 3.
# Every name is invented; the authorities are ours and stand for nobody's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >openssl.cnf <<'CNF'
[req]
distinguished_name = subject
prompt = no
utf8 = yes
[subject]
[ca]
default_ca = demo
[demo]
new_certs_dir = .
database = index.txt
serial = serial
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
countryName = optional
organizationName = optional
organizationalUnitName = optional
localityName = optional
commonName = optional
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[resident]
# The shape of a signing certificate of the public individual authentication service, with the policy of its test cards.
keyUsage = critical,digitalSignature,nonRepudiation
certificatePolicies = critical,1.2.392.200149.8.5.1.0.20
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid,issuer
subjectAltName = @resident_names
[resident_names]
otherName.1 = 1.2.392.200149.8.5.5.1;FORMAT:UTF8,UTF8String:函館 花子
otherName.2 = 1.2.392.200149.8.5.5.4;FORMAT:UTF8,UTF8String:319800217
otherName.3 = 1.2.392.200149.8.5.5.3;FORMAT:UTF8,UTF8String:2
otherName.4 = 1.2.392.200149.8.5.5.5;FORMAT:UTF8,UTF8String:北海道函館市見本町1番1号
otherName.5 = 1.2.392.200149.8.5.5.2;FORMAT:UTF8,UTF8String:00000
otherName.6 = 1.2.392.200149.8.5.5.6;FORMAT:UTF8,UTF8String:0000000000000
[company]
# The shape of a certificate based on the commercial registration.
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid,issuer
1.2.392.100300.1.1.3 = ASN1:SEQUENCE:corporation
[corporation]
name = EXPLICIT:0,FORMAT:UTF8,UTF8String:株式会社見本商会
number = EXPLICIT:1,PRINTABLESTRING:430001000000
address = EXPLICIT:2,FORMAT:UTF8,UTF8String:北海道函館市見本町2番2号
representative = EXPLICIT:3,FORMAT:UTF8,UTF8String:見本 太郎
title = EXPLICIT:4,FORMAT:UTF8,UTF8String:代表取締役
registry = EXPLICIT:6,FORMAT:UTF8,UTF8String:函館地方法務局
CNF
: >index.txt
echo 1001 >serial

# authority NAME SUBJECT: a self-signed authority of the demonstration.
authority() {
  openssl req -new -newkey rsa:2048 -nodes -keyout "$1.key" -config openssl.cnf -subj "$2" -out "$1.csr" 2>/dev/null
  openssl ca -batch -config openssl.cnf -selfsign -keyfile "$1.key" -in "$1.csr" -out "$1.pem" -notext \
    -extensions authority -startdate 20240401000000Z -enddate 20440331145959Z 2>/dev/null
}
# holder NAME AUTHORITY EXTENSIONS FROM UNTIL SUBJECT: a certificate and its key.
holder() {
  openssl req -new -newkey rsa:2048 -nodes -keyout "$1.key" -config openssl.cnf -subj "$6" -out "$1.csr" 2>/dev/null
  openssl ca -batch -config openssl.cnf -keyfile "$2.key" -cert "$2.pem" -in "$1.csr" -out "$1.pem" -notext \
    -extensions "$3" -startdate "$4" -enddate "$5" 2>/dev/null
}
# sign NAME FORM OUT [OPTION…]: a CMS message over a form.
sign() {
  openssl cms -sign -binary -md sha256 -signer "$1.pem" -inkey "$1.key" -in "$2" -outform DER -out "$3" "${@:4}"
}

authority individuals '/C=JP/O=Shinsei Demo/OU=Demo Authority for Individuals'
authority companies '/C=JP/O=Shinsei Demo/CN=Demo Registrar of Companies'
holder hanako individuals resident 20251027000000Z 20300217145959Z '/C=JP/L=Hokkaido/L=Hakodate-shi/CN=DEMO00000000000000000000001A'
holder expired individuals resident 20210430000000Z 20260429145959Z '/C=JP/L=Hokkaido/L=Hakodate-shi/CN=DEMO00000000000000000000001B'
holder company companies company 20260401000000Z 20280331145959Z '/C=JP/O=Mihon Shokai/CN=0430001000000'

sign hanako "$here/residence.json" "$here/residence.p7s"
sign expired "$here/residence.json" "$here/expired.p7s"
sign company "$here/establishment.json" "$here/establishment.p7m" -nodetach
cp individuals.pem companies.pem "$here/"
