#!/bin/bash
# make-certificates.sh DIR: a certificate authority that nobody else trusts (ca.pem), and three certificates of it in
# DIR: good, expiring (10 of its 90 days left) and expired (yesterday). Needs openssl.
set -eu
cd "$1"
umask 077

cat >ca.cnf <<'END'
[ca]
default_ca = demo
[demo]
new_certs_dir = .
database = index.txt
rand_serial = yes
default_md = sha256
policy = anything
copy_extensions = copy
[anything]
commonName = supplied
[req]
distinguished_name = none
[none]
END

day()
{
    date -u -d "$1 days" +%Y%m%d%H%M%SZ
}

# certificate NAME FROM TO HOST... : valid from day FROM to day TO, counted from now.
certificate()
{
    local name=$1 from=$2 to=$3 names='' host
    shift 3
    for host; do
        names=$names${names:+,}DNS:$host
    done
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config ca.cnf -subj "/CN=$1" \
        -addext "subjectAltName=$names" -addext "extendedKeyUsage=serverAuth" -keyout "$name.key" -out "$name.csr"
    openssl ca -batch -notext -config ca.cnf -cert ca.pem -keyfile ca.key -in "$name.csr" -out "$name.pem" \
        -startdate "$(day "$from")" -enddate "$(day "$to")"
}

{
    : >index.txt
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config ca.cnf -days 3650 \
        -subj '/CN=Les Moustaches associees, demonstration' -addext 'basicConstraints=critical,CA:TRUE' \
        -addext 'keyUsage=critical,keyCertSign,cRLSign' -addext 'subjectKeyIdentifier=hash' -keyout ca.key -out ca.pem
    certificate good -30 60 pads.vibrisse-libre.localhost notes.vibrisse-libre.localhost
    certificate expiring -80 10 fichiers.ecuelle.localhost
    certificate expired -91 -1 agendas.ecuelle.localhost
} 2>openssl.log || {
    cat openssl.log >&2
    exit 1
}
