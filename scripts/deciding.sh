#!/usr/bin/env bash
# Builds and tests the targets that decide, alone: with MAYFLY_DECIDING=1 the manifest has neither GRDB nor NIO.
#
# In a build folder of its own, so that nothing is built twice. The manifest's two forms resolve to different packages, and SwiftPM
# keeps only one Package.resolved; the full form's is put aside meanwhile, so that its versions stay what they are.
set -uo pipefail

swift=${SWIFT:-swift}
folder=.build-deciding
mkdir -p "$folder"

put_back() {
    if [ -f "$folder/full.resolved" ]; then mv -f "$folder/full.resolved" Package.resolved; else rm -f Package.resolved; fi
}
if [ -f Package.resolved ]; then cp -p Package.resolved "$folder/full.resolved"; else rm -f "$folder/full.resolved"; fi
trap put_back EXIT

export MAYFLY_DECIDING=1
scripts/quietly.sh "Building the deciding targets alone" "$swift" build --build-tests --scratch-path "$folder" || exit
echo "==> Testing the deciding targets alone"
"$swift" test --skip-build --disable-xctest --scratch-path "$folder" 2>&1 </dev/null | scripts/only-news.sh
