#!/bin/sh
# A DNS server, a few questions, and a capture that Wireshark opens, without root.
set -eu
netlab dns serve --listen 127.0.0.1:5300 &
trap 'kill $!' EXIT
until netlab connect 127.0.0.1:5300 --wait 0.1 >/dev/null 2>&1; do :; done
netlab dns query @127.0.0.1:5300 www.lab.test --short
netlab dns query @127.0.0.1:5300 nowhere.lab.test
# Too large for a datagram: the capture shows the truncated answer and the same question over TCP.
netlab dns query @127.0.0.1:5300 big.lab.test TXT --short --capture lab.pcapng
netlab dissect lab.pcapng
