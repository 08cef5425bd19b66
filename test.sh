#!/usr/bin/env bash
# Sets up what the tests need and passes them: lint, types, build, unit tests, kernel tests.
# As root on Debian or Ubuntu it installs missing tools (compiler, perf, stress-ng, xz); elsewhere tests without them are skipped by name.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v perf >/dev/null || missing+=(linux-perf)
command -v stress-ng >/dev/null || missing+=(stress-ng)
command -v xz >/dev/null || missing+=(xz-utils)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null \
    || echo "could not install ${missing[*]}: the tests that need them will be skipped" >&2
fi

npm ci --loglevel=error
npm run --silent lint
npm run --silent typecheck
npm run --silent build
npm test
