#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: installs Debian's where it can, or says how.
set -eu
for name in "${AIGC_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the browser tests, and ExifTool, which reads labels back"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fonts-noto-color-emoji libimage-exiftool-perl >/dev/null
    exit 0
fi
echo "The browser tests need Chromium: install it (Debian: sudo apt-get install chromium) or set AIGC_CHROMIUM to its path." >&2
exit 1
