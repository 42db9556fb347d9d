#!/usr/bin/env bash
# What `make test` needs from Debian beyond Python. Installs what is missing when root; otherwise says what to install.
set -euo pipefail

wanted=(
    "openssl|a second opinion on digests and TLS"
    "unzip|a second opinion on the dossier's ZIP"
    "xz-utils|unpacks the forensic sample image"
    "e2fsprogs|makes the file system image that the demo seals"
    "chromium|looks at the desk as an officer would"
    "fonts-noto-core|draws Arabic in the desk's pictures and on paper"
    "poppler-utils|reads the paper forms back as a reader would"
    "postgresql|the journal's contract on the second database"
    "forensics-samples-ext4|a disk image that nobody here made"
)

missing=()
for line in "${wanted[@]}"; do
    package=${line%%|*}
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    if [ "$status" != installed ]; then
        missing+=("$package")
        echo "make test: Debian package $package is missing (${line#*|})" >&2
    fi
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "make test: this is not Debian; install the like of: ${missing[*]}" >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "make test: not root; as root: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "make test: installing as root: ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "make test: apt-get failed; its last words are above" >&2
    exit 1
fi
