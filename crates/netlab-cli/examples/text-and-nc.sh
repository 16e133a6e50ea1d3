#!/bin/sh
# A text server and three clients: ours over TCP and UDP, and nc if it is there.
set -eu
netlab text serve 'uppercase|rot13' --tcp 127.0.0.1:12000 --udp 127.0.0.1:12005 &
trap 'kill $!' EXIT
until netlab connect 127.0.0.1:12000 --wait 0.1 >/dev/null 2>&1; do :; done
netlab text send 127.0.0.1:12000 'hello over TCP'
netlab text send --udp 127.0.0.1:12005 'hello over UDP'
if command -v nc >/dev/null; then echo 'hello from nc' | nc -N 127.0.0.1 12000; fi
