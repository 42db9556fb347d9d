#!/usr/bin/env bash
# Make the lock files again: every package with its hashes, for every platform, and no registry's host in them.
# Needs `uv` as the first argument. Only the default public index is asked, whatever this machine is configured for.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${1:?usage: tools/lock.sh UV}
unset UV_INDEX UV_INDEX_URL UV_EXTRA_INDEX_URL UV_DEFAULT_INDEX UV_FIND_LINKS

lock() { # OUT ARGUMENT...
    local out=$1
    shift
    "$uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate --output-file "requirements/$out" "$@"
    sed -i "1i # Made by \`make lock\`; do not edit. Why each package is here: docs/dependencies.md" "requirements/$out"
}

upgrade=()
if [ "${UPGRADE:-}" = 1 ]; then upgrade=(--upgrade); fi
# The widest first; the others take the same versions, so that all of them fit into one environment.
lock dev.txt "${upgrade[@]}" --extra dev pyproject.toml requirements/build.in
lock node.txt --constraints requirements/dev.txt --extra node pyproject.toml
lock verify.txt --constraints requirements/dev.txt pyproject.toml
lock build.txt --constraints requirements/dev.txt requirements/build.in
lock foreign.txt "${upgrade[@]}" --constraints requirements/dev.txt --no-strip-extras requirements/foreign.in
"$uv" pip compile --quiet --no-config --no-deps --python-version 3.12 --generate-hashes --no-emit-index-url \
    --no-header --no-annotate --output-file requirements/foreign-nodeps.txt requirements/foreign-nodeps.in
sed -i "1i # Made by \`make lock\`; do not edit. Installed with --no-deps --ignore-requires-python." requirements/foreign-nodeps.txt
