#!/bin/bash
# Makes the certificates of the tests in the folder $1: NAME.pem (what a server sends, leaf first) and NAME.key, and
# the authorities root.pem, inter.pem and stranger.pem.
set -eu
cd "$1"

cat >ca.cnf <<'END'
[ca]
default_ca = any
[any]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
policy = policy
default_md = sha256
[policy]
commonName = optional
[req]
distinguished_name = name
[name]
END
: >index.txt

stamp() { date -u -d "$1" +%Y%m%d%H%M%SZ; }
ec_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
quiet() { "$@" 2>>log || { cat log >&2; exit 1; }; }

authority() { # NAME SUBJECT
    ec_key "$1.key"
    quiet openssl req -x509 -new -key "$1.key" -subj "$2" -days 3650 -out "$1.pem"
}

# leaf NAME ISSUER SUBJECT EXTENSIONS [FROM [TO [DIGEST]]]
leaf() {
    [ -f "$1.key" ] || ec_key "$1.key"
    quiet openssl req -new -utf8 -config ca.cnf -key "$1.key" -subj "$3" -out "$1.csr"
    printf '%b' "$4" >"$1.ext"
    quiet openssl ca -batch -notext -utf8 -config ca.cnf -cert "$2.pem" -keyfile "$2.key" -in "$1.csr" \
        -out "$1.alone" -extfile "$1.ext" -startdate "$(stamp "${5:--1 day}")" -enddate "$(stamp "${6:-+89 days}")" -md "${7:-sha256}"
}

names='subjectAltName=DNS:good.test,DNS:*.wild.test,IP:127.0.0.1,IP:::1\n'
fetchable='authorityInfoAccess=caIssuers;URI:http://authority.test/inter.cer\n'

authority root '/CN=Test Root'
authority stranger '/CN=Test Stranger'
leaf inter root '/CN=Test Intermediate' 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n' '-2 days' '+1000 days'
mv inter.alone inter.pem

leaf good inter /CN=good.test "$names"
leaf expired inter /CN=good.test "$names" '-90 days' '-2 days'
leaf future inter /CN=good.test "$names" '+3 days' '+90 days'
leaf soon inter /CN=good.test "$names" '-80 days' '+10 days'
leaf fetchable inter /CN=good.test "$names$fetchable"
leaf script inter '/CN=<script>alert(1)<\/script>' "$names"
leaf unnamed inter /CN=good.test 'basicConstraints=CA:FALSE\n'
leaf sha1 inter /CN=good.test "$names" '-1 day' '+89 days' sha1
quiet openssl genrsa -out weak.key 1024
leaf weak inter /CN=good.test "$names"
leaf strange stranger /CN=good.test "$names"
leaf revoked inter /CN=good.test "$names"
leaf stapled inter /CN=good.test "$names"
quiet openssl ca -config ca.cnf -cert inter.pem -keyfile inter.key -revoke revoked.alone
status() { # NAME SIGNER
    quiet openssl ocsp -index index.txt -CA inter.pem -rsigner "$2.pem" -rkey "$2.key" -issuer inter.pem -cert "$1.alone" \
        -respout "$1.ocsp" -ndays 1 -noverify >/dev/null
}
status revoked inter
status stapled inter
for name in good expired future soon script unnamed sha1 weak revoked stapled; do cat "$name.alone" inter.pem >"$name.pem"; done
cp good.alone alone.pem
cp good.key alone.key
# The same revocation, signed by somebody who has no say in it.
cp revoked.pem slandered.pem
cp revoked.key slandered.key
cp revoked.alone slandered.alone
status slandered stranger
cp fetchable.alone fetchable.pem
cat strange.alone stranger.pem >strange.pem
ec_key self.key
quiet openssl req -x509 -new -key self.key -subj /CN=good.test -addext 'subjectAltName=DNS:good.test' -days 90 -out self.pem

head -c 200000000 /dev/zero | gzip -1 >bomb.gz
