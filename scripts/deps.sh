#!/usr/bin/env bash
# usage: scripts/deps.sh system|python|alertmanager|sshd|systemd
#
# Installs what is missing and says what and why. What is there is left alone, so a second run changes nothing and takes no time.
set -euo pipefail

swift=${SWIFT:-swift}
swift_minimum=6.3
venv=.venv
requirements=(Tests/Moto/requirements.txt Benchmarks/requirements.txt)

say() { echo "==> $*"; }
fail() {
    echo "error: $*" >&2
    exit 1
}

# What is needed, as "apt package|how to see that it is there|why".
needed=(
    "ca-certificates|test -e /etc/ssl/certs/ca-certificates.crt|to trust GitHub, PyPI and AWS"
    "git|command -v git|SwiftPM fetches packages with it"
    "g++|has_cplusplus|the C and C++ headers and start files that Swift compiles BoringSSL against and links with"
    "pkg-config|command -v pkg-config|SwiftPM finds the system's libraries with it"
    "libsqlite3-dev|have_header sqlite3.h|SQLite: the ledger and the facts database"
    "libxml2-dev|have_header libxml2/libxml/parser.h|what the Foundation of Swift's toolchain is linked to"
    "zlib1g-dev|have_header zlib.h|gzip in HTTP answers"
    "tzdata|test -e /usr/share/zoneinfo/Europe/Berlin|time zones of business hours"
)
needed_for_python=(
    "openssl|command -v openssl|the tests make a certificate authority of their own"
    "python3|command -v python3|moto, the AWS that the tests run against, the parser of metrics, and the bench's canned server"
    "python3-venv|python3 -c 'import venv, ensurepip'|a Python environment of the project's own"
)

needed_for_alerts=(
    "prometheus-alertmanager|command -v prometheus-alertmanager|the tests of alerts send them to a real one"
)
needed_for_ssh=("openssh-client|command -v ssh-keygen|commands on hosts go through it, and the tests make keys with it")
needed_for_sshd=(
    "openssh-server|test -x /usr/sbin/sshd|the tests of commands over SSH talk to a real server"
)
# Neither starts anything: systemd's package is not its init.
needed_for_units=(
    "systemd|command -v systemd-analyze|the tests have the units verified, and their sandbox rated, without starting any"
    "procps|test -x /bin/kill|the unit reloads with /bin/kill"
    "mandoc|command -v mandoc|the tests read the manual pages with it"
)

have_header() {
    local folder
    for folder in /usr/include /usr/local/include "/usr/include/$(uname -m)-linux-gnu"; do
        if [ -e "$folder/$1" ]; then return 0; fi
    done
    return 1
}

has_cplusplus() { compgen -G "/usr/include/c++/*/vector" && [ -e /usr/include/stdlib.h ]; }

# Sets `missing` to what is not there, and says so.
find_missing() {
    local entry package check why
    missing=()
    for entry in "$@"; do
        IFS='|' read -r package check why <<<"$entry"
        if ! eval "$check" >/dev/null 2>&1; then
            say "missing: $package ($why)"
            missing+=("$package")
        fi
    done
}

# Sets `root` to what a command that needs root has to begin with.
become_root() {
    if ! command -v apt-get >/dev/null; then
        fail "this is no Debian or Ubuntu: install what these are called here, then try again: ${missing[*]}"
    fi
    root=()
    if [ "$(id -u)" != 0 ]; then
        # Without a terminal nobody can give sudo a password.
        if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
            fail "this needs root, and sudo is not there or asks for a password. As root: apt-get update && apt-get install -y ${missing[*]}"
        fi
        root=(sudo)
    fi
}

install_packages() {
    find_missing "$@"
    if [ ${#missing[@]} = 0 ]; then return; fi
    become_root
    install_missing
}

install_missing() {
    say "installing with apt-get: ${missing[*]}"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq || say "apt-get update failed; trying with the lists that are there"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# A Debian package starts its service as soon as it is installed, and at every boot after that. The tests start one of their own, so its
# unit is masked beforehand, and where nothing else says what may start, nothing may while it is installed.
install_without_service() {
    local unit=$1 policy=/usr/sbin/policy-rc.d
    shift
    find_missing "$@"
    if [ ${#missing[@]} = 0 ]; then return; fi
    become_root
    if [ ! -e "/etc/systemd/system/$unit.service" ]; then
        say "masking $unit.service, so that the package starts nothing"
        "${root[@]}" mkdir -p /etc/systemd/system
        "${root[@]}" ln -s /dev/null "/etc/systemd/system/$unit.service"
    fi
    if [ -e "$policy" ]; then
        install_missing
        return
    fi
    printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
    "${root[@]}" chmod 755 "$policy"
    trap '"${root[@]}" rm -f /usr/sbin/policy-rc.d' EXIT
    install_missing
}

check_swift() {
    local advice="Get it from https://www.swift.org/install/linux/, for instance: swiftly install $swift_minimum"
    command -v "$swift" >/dev/null || fail "no Swift found; Mayfly needs $swift_minimum or newer. $advice"
    local version
    version=$("$swift" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -1)
    [ -n "$version" ] || fail "cannot tell the version of $(command -v "$swift"); Mayfly needs Swift $swift_minimum or newer. $advice"
    if [ "$(printf '%s\n' "$swift_minimum" "$version" | sort -V | head -1)" != "$swift_minimum" ]; then
        fail "Swift $version is too old; Mayfly needs $swift_minimum or newer. $advice"
    fi
}

# A virtual environment with the pinned requirements, made again when they or the interpreter change.
make_environment() {
    local files=() file
    for file in "${requirements[@]}"; do
        if [ -f "$file" ]; then files+=("$file"); fi
    done
    local stamp
    # A virtual environment holds absolute paths, so a tree that was moved needs a new one.
    stamp=$( (pwd && python3 -c 'import sys; print(sys.version, sys.prefix)' && cat "${files[@]}" /dev/null) | sha256sum | cut -d' ' -f1)
    if [ -x "$venv/bin/python3" ] && [ "$(cat "$venv/.stamp" 2>/dev/null)" = "$stamp" ]; then return; fi
    say "making $venv with ${files[*]} (moto for the tests, orjson for the bench's baseline)"
    rm -rf "$venv"
    python3 -m venv "$venv"
    local arguments=()
    for file in "${files[@]}"; do arguments+=(-r "$file"); done
    if [ ${#arguments[@]} != 0 ]; then
        "$venv/bin/python3" -m pip install --quiet --disable-pip-version-check --no-input "${arguments[@]}" </dev/null ||
            "$venv/bin/python3" -m pip install --disable-pip-version-check --no-input --retries 10 "${arguments[@]}" </dev/null
    fi
    echo "$stamp" >"$venv/.stamp"
}

[ "$(uname -s)" = Linux ] || fail "Mayfly runs on Linux; this is $(uname -s)"
case "${1-}" in
system)
    install_packages "${needed[@]}"
    check_swift
    ;;
python)
    install_packages "${needed_for_python[@]}"
    make_environment
    ;;
alertmanager) install_without_service prometheus-alertmanager "${needed_for_alerts[@]}" ;;
sshd)
    install_packages "${needed_for_ssh[@]}"
    # A server that somebody uses is there already and is left alone; only one that this installs must not start.
    install_without_service ssh "${needed_for_sshd[@]}"
    ;;
systemd) install_packages "${needed_for_units[@]}" ;;
*) fail "usage: scripts/deps.sh system|python|alertmanager|sshd|systemd" ;;
esac
