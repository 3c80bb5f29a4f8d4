#!/bin/bash
# The version and its day stand in CMakeLists.txt; what else names them says the same. What is needed to build stands in
# packaging/dependencies; the Debian package names all of it.
. "$(dirname "$0")/lib.bash"

version=$(sed -n 's/^project(vibrisse VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
day=$(sed -n 's/^set(VIBRISSE_RELEASED \([0-9-]*\)).*/\1/p' CMakeLists.txt)
[ -n "$version" ] && [ -n "$day" ] || complain "CMakeLists.txt has no version or no day"

grep -m 1 '^## ' CHANGELOG.md | grep -qE "^## ${version//./\\.}(, | \(|\$)" || complain "CHANGELOG.md does not begin with $version"
head -n 1 packaging/debian/changelog | grep -qF "vibrisse ($version) " || complain "packaging/debian/changelog does not begin with $version"
# Only what is younger than this gets its time in the package: were it to come, two builds would differ.
stamp=$(sed -n 's/^ -- .*>  //p' packaging/debian/changelog | head -n 1)
[ "$(date -d "$stamp" +%s)" -le "$(date +%s)" ] || complain "packaging/debian/changelog is of the future"
said=$(date -u -d "$stamp" +%F)
[ "$said" = "$day" ] || complain "packaging/debian/changelog is of $said, CMakeLists.txt of $day"

grep -qx "version = \"${version//./\\.}~ynh[0-9]*\"" packaging/yunohost/manifest.toml &&
    ! grep '[0-9]\.url = ' packaging/yunohost/manifest.toml | grep -qvE "/vibrisse_${version//./\\.}_([a-z0-9]+)\.deb\"\$" ||
    complain "packaging/yunohost/manifest.toml is of another version"

# In every build environment of Debian's, or needed only by the tests and by `packaging/start`.
given='binutils ca-certificates gcc libc6-dev openssl'
count=3
while read -r package; do
    count=$((count + 1))
    [[ " $given " == *" $package "* ]] || sed -n '/^Build-Depends/,/^[A-Z]*:/p' packaging/debian/control | grep -qE "[ ,]$package,?\$" ||
        complain "packaging/debian/control does not build-depend on $package"
done < <(sed -n '/^\[build\]/,/^\[package\]/{/^\[/d;s/ *#.*//;/./p}' packaging/dependencies)
finish "$count" 'versions and packages'
