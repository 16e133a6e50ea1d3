#!/bin/sh
# A web server, a proxy before it, and the same page twice: the second time from the proxy's cache (see Cache-Status).
set -eu
netlab http serve --listen 127.0.0.1:6789 &
server=$!
netlab proxy --listen 127.0.0.1:1234 &
trap 'kill $! $server' EXIT
for port in 6789 1234; do
    until netlab connect 127.0.0.1:$port --wait 0.1 >/dev/null 2>&1; do :; done
done
netlab http get -i --proxy http://127.0.0.1:1234 http://127.0.0.1:6789/
netlab http get -i --proxy http://127.0.0.1:1234 http://127.0.0.1:6789/
