#!/bin/bash
# prepare.sh DIR [PORT]: makes DIR ready for the demonstration: configuration, certificates, and nginx.conf for
# `nginx -p DIR/ -c nginx.conf`. The pages go to PORT (18080) of 127.0.0.1, the servers to the four ports after it.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
port=${2:-18080}

cp -R "$here/." "$1"
cd "$1"
./make-certificates.sh .

# Workers of a master that root starts give up being root.
if [ "$(id -u)" = 0 ]; then
    echo 'user www-data;' >user.conf
else
    : >user.conf
fi

# A name with both families is what shows that one of them fails. Where localhost has IPv4 only, two checks of one
# address each show the same.
if ! grep -q '^0*1 ' /proc/net/if_inet6 2>/dev/null; then
    echo "This machine has no IPv6: what is checked over IPv6 will be shown as not measured." >&2
elif ! getent ahosts localhost | grep -q '^::1 '; then
    sed -i 's|^ *- {id: web, url: "http://localhost:18083/"}$|'"$(
        printf '      - {id: v4, url: "http://localhost:18083/", address: 127.0.0.1}\\n'
        printf '      - {id: v6, url: "http://localhost:18083/", address: "::1", role: extra}'
    )|" hosters.d/ronron.yaml
fi

# In two steps: the new ports may be some of the old ones.
for i in 0 1 2 3 4; do
    sed -i "s/\b1808$i\b/@PORT$i@/g" vibrisse.yaml hosters.d/*.yaml nginx.conf
done
for i in 0 1 2 3 4; do
    sed -i "s/@PORT$i@/$((port + i))/g" vibrisse.yaml hosters.d/*.yaml nginx.conf
done
