#!/bin/sh
# Base images out of this machine's own files, for places where no image registry can be reached. Needs a Linux with
# glibc, docker and redis-server, and `npm ci` done before. Makes `docmill-local/node` (Node, npm and a shell),
# `docmill-local/runtime` (the libraries that Node loads) and `docmill-local/redis`.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node=node_modules/node/bin/node

# A root with the directories and users that programs expect.
new_root() {
  mkdir -p "$1/etc/ssl/certs" "$1/tmp" "$1/usr/local/bin"
  chmod 1777 "$1/tmp"
  for directory in bin lib lib64; do
    if [ -L "/$directory" ]; then
      mkdir "$1/usr/$directory"
      ln -s "usr/$directory" "$1/$directory"
    fi
  done
  printf 'root:x:0:0::/root:/bin/sh\nredis:x:999:999::/data:/bin/false\nnode:x:1000:1000::/tmp:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:x:0:\nredis:x:999:\nnode:x:1000:\n' >"$1/etc/group"
  printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
  if [ -e /etc/ssl/certs/ca-certificates.crt ]; then cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"; fi
}

# The libraries that a program loads, under their own paths.
copy_libraries() {
  ldd "$2" | grep -o '/[^ ]*' | while read -r library; do cp -L --parents "$library" "$1"; done
}

copy_programs() {
  root=$1
  shift
  for name in "$@"; do
    program=$(command -v "$name")
    cp -L --parents "$program" "$root"
    copy_libraries "$root" "$program"
  done
}

# import_image ROOT NAME CHANGE…
import_image() {
  root=$1 name=$2
  shift 2
  tar -C "$root" -c . | docker import "$@" - "$name" >/dev/null
}

new_root "$work/runtime"
copy_libraries "$work/runtime" "$node"
import_image "$work/runtime" docmill-local/runtime

cp -a "$work/runtime" "$work/node"
cp "$node" "$work/node/usr/local/bin/node"
mkdir -p "$work/node/usr/local/lib/node_modules"
cp -aL "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" "$work/node/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/node/usr/local/bin/npm"
copy_programs "$work/node" sh env find rm mkdir chown
import_image "$work/node" docmill-local/node --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'

new_root "$work/redis"
mkdir -m 750 "$work/redis/data"
chown 999:999 "$work/redis/data"
copy_programs "$work/redis" sh redis-server redis-cli
import_image "$work/redis" docmill-local/redis --change 'WORKDIR /data' --change 'VOLUME /data' \
  --change 'CMD ["redis-server"]'
