#!/bin/sh
# Builds Centrifugo, as its makers do, into a folder of yours; needs Go, whose module proxy has the source:
#
#   prove/bench/peers/centrifugo.sh ~/bin          then ALUN_CENTRIFUGO=~/bin/centrifugo, where that is not on the PATH
set -eu

version=5.4.9
module=github.com/centrifugal/centrifugo/v5
to=${1:?which folder is it to be put into?}

mkdir -p "$to"
to=$(cd "$to" && pwd)
# In its own folder, not `go install`: that asks which versions there are, and not every proxy tells.
work=$(mktemp -d)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
cd "$work"
source=$(go mod download -json "$module@v$version" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)".*/\1/p')
cp -R "$source" source
chmod -R u+w source
cd source
CGO_ENABLED=0 go build -ldflags "-s -w -X $module/internal/build.Version=$version" -o "$to/centrifugo" .
"$to/centrifugo" version
