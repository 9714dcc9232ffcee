#!/usr/bin/env bash
# usage: PREFIX=/usr/local SYSCONFDIR=/etc DESTDIR= BINARY=.build/release/mayfly scripts/install.sh install|uninstall
#
# Puts the program and all that belongs to it in place, or takes it away again. `make install` and `make uninstall` call it.
# What somebody may have edited, the configuration and the rules, is never overwritten and never removed once it was edited.
set -euo pipefail

prefix=${PREFIX:-/usr/local}
sysconfdir=${SYSCONFDIR:-/etc}
destdir=${DESTDIR:-}
binary=${BINARY:-.build/release/mayfly}

bin=$prefix/bin
units=$prefix/lib/systemd/system
sysusers=$prefix/lib/sysusers.d
share=$prefix/share/mayfly
man=$prefix/share/man/man1
bash_completions=$prefix/share/bash-completion/completions
zsh_completions=$prefix/share/zsh/site-functions
fish_completions=$prefix/share/fish/vendor_completions.d
etc=$sysconfdir/mayfly

say() { echo "==> $*"; }
fail() {
    echo "error: $*" >&2
    exit 1
}

# put MODE SOURCE TARGET
put() { install -D -m "$1" "$2" "$destdir$3"; }

# A file with the paths of this installation.
put_with_paths() {
    sed -e "s|/usr/bin/mayfly|$bin/mayfly|g" -e "s|/etc/mayfly|$etc|g" -e "s|/usr/share/mayfly|$share|g" "$2" >"$scratch/file"
    put "$1" "$scratch/file" "$3"
}

# A file that people edit: its shipped form always goes to `share`; that in `etc` only where there is none.
put_editable() {
    put_with_paths 644 "$1" "$share/etc/$2"
    local target=$destdir$etc/$2
    if [ ! -e "$target" ]; then
        put 644 "$scratch/file" "$etc/$2"
    elif ! cmp -s "$target" "$scratch/file"; then
        say "kept as it is: $target (what is shipped now: $share/etc/$2)"
    fi
}

install_all() {
    [ -x "$binary" ] || fail "there is no program at $binary; build it first, as yourself and not as root: make release"
    command -v python3 >/dev/null || fail "python3 is needed to write the manual pages: apt-get install python3"
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    local version date file
    version=$("$binary" --version)
    date=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%F)

    put 755 "$binary" "$bin/mayfly"
    put_with_paths 644 systemd/mayfly.service "$units/mayfly.service"
    for file in systemd/mayfly-*.service systemd/mayfly-*.timer; do
        if [ -e "$file" ]; then put_with_paths 644 "$file" "$units/${file##*/}"; fi
    done
    put 644 systemd/mayfly.sysusers "$sysusers/mayfly.conf"
    for file in systemd/mode/*.conf; do put 644 "$file" "$share/mode/${file##*/}"; done

    install -d -m 755 "$destdir$etc"
    # What lies in it is handed to the daemon by systemd, which is root.
    install -d -m 700 "$destdir$etc/credentials"
    put_editable systemd/mayfly.yaml mayfly.yaml
    for file in rules/*.yaml; do put_editable "$file" "$file"; done

    mkdir "$scratch/man"
    "$binary" --experimental-dump-help | scripts/man-pages.py "$scratch/man" "$version" "$date"
    rm -f "$destdir$man/mayfly.1" "$destdir$man"/mayfly-*.1
    for file in "$scratch"/man/*.1; do put 644 "$file" "$man/${file##*/}"; done
    "$binary" --generate-completion-script bash >"$scratch/file" && put 644 "$scratch/file" "$bash_completions/mayfly"
    "$binary" --generate-completion-script zsh >"$scratch/file" && put 644 "$scratch/file" "$zsh_completions/_mayfly"
    "$binary" --generate-completion-script fish >"$scratch/file" && put 644 "$scratch/file" "$fish_completions/mayfly.fish"
    say "Mayfly $version is installed below ${destdir:-/}"
    if [ -z "$destdir" ]; then
        say "next: edit $etc/mayfly.yaml, then: systemd-sysusers && systemctl daemon-reload && $bin/mayfly check && systemctl enable --now mayfly"
    fi
}

uninstall_all() {
    local file
    rm -f "$destdir$bin/mayfly" "$destdir$sysusers/mayfly.conf" "$destdir$man/mayfly.1" "$destdir$man"/mayfly-*.1 \
        "$destdir$units/mayfly.service" "$destdir$units"/mayfly-*.service "$destdir$units"/mayfly-*.timer \
        "$destdir$bash_completions/mayfly" "$destdir$zsh_completions/_mayfly" "$destdir$fish_completions/mayfly.fish"
    # Of what people edit, that which nobody has edited.
    for file in "$destdir$share"/etc/*.yaml "$destdir$share"/etc/rules/*.yaml; do
        local edited=$destdir$etc/${file#"$destdir$share/etc/"}
        if cmp -s "$file" "$edited"; then rm -f "$edited"; fi
    done
    rm -rf "$destdir$share"
    for file in "$etc/credentials" "$etc/rules" "$etc"; do
        if [ -d "$destdir$file" ] && ! rmdir "$destdir$file" 2>/dev/null; then say "left, for it holds what was not shipped so: $destdir$file"; fi
    done
    say "Mayfly is uninstalled; the ledger in /var/lib/mayfly and the user mayfly are left"
}

case "${1-}" in
install) install_all ;;
uninstall) uninstall_all ;;
*) fail "usage: scripts/install.sh install|uninstall" ;;
esac
