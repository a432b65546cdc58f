#!/usr/bin/env bash
# Makes a real bitcoind in the given directory, from Debian's packages and without installing any:
# Bitcoin Knots (Bitcoin Core's rules, RPC and wallet) unpacked beside the libraries it was linked
# with. Prints the path of a program that starts it. Needs Debian's apt on amd64; about 15 MB.
set -euo pipefail

dir=$(mkdir -p "${1:?the directory to make it in}" && cd "$1" && pwd)
known=$(apt-get indextargets --format '$(REPO_URI)' | grep -E '/debian/?$' | sort -u || true)
mirror=${DEBIAN_MIRROR:-${known%%$'\n'*}}
keys=/usr/share/keyrings/debian-archive-keyring.gpg
if [[ -x $dir/bitcoind ]]; then
  echo "$dir/bitcoind"
  exit
fi

mkdir -p "$dir"/apt/{lists/partial,cache/archives/partial,state} "$dir"/deb "$dir"/root
for suite in sid trixie; do
  echo "deb [arch=amd64 signed-by=$keys] ${mirror:?no Debian mirror is known} $suite main"
done >"$dir/apt/sources.list"

# Lists, state and cache of its own: the system's packages are neither asked nor changed.
apt=(apt-get -q
  -oDir::State="$dir/apt/state" -oDir::State::Lists="$dir/apt/lists"
  -oDir::State::status=/dev/null -oDir::Etc::SourceList="$dir/apt/sources.list"
  -oDir::Etc::SourceParts=/dev/null -oDir::Etc::PreferencesParts=/dev/null
  -oDir::Cache="$dir/apt/cache" -oDir::Log="$dir/apt"
  -oAPT::Sandbox::User="$(id -un)" -oAPT::Architecture=amd64 -oAPT::Architectures=amd64
  -oAcquire::Languages=none)
"${apt[@]}" update >/dev/null

cd "$dir/deb"
libraries=(libc6 libgcc-s1 libstdc++6 libevent-core-2.1-7t64 libevent-extra-2.1-7t64
  libevent-pthreads-2.1-7t64 libsqlite3-0 libzmq5 libbsd0 libmd0 libgssapi-krb5-2 libkrb5-3
  libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 libnorm1t64 libpgm-5.3-0t64 libsodium23)
"${apt[@]}" download bitcoin-knots/sid "${libraries[@]/%//trixie}" >/dev/null
for package in *.deb; do dpkg-deb -x "$package" "$dir/root"; done

lib=$dir/root/usr/lib/x86_64-linux-gnu
cat >"$dir/bitcoind.part" <<START
#!/bin/sh
exec "$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$dir/root/usr/bin/bitcoind" "\$@"
START
chmod +x "$dir/bitcoind.part"
"$dir/bitcoind.part" --version >/dev/null
mv "$dir/bitcoind.part" "$dir/bitcoind"
rm -r "$dir/apt" "$dir/deb"
echo "$dir/bitcoind"
