#!/usr/bin/env bash
# The tests drive Debian's Chromium with a Chinese font, read PDFs and collect texts. Install what is missing, or say how.
set -eu
if command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q . && command -v pdftotext >/dev/null && command -v xgettext >/dev/null; then
  exit 0
fi
packages="chromium fonts-noto-cjk fontconfig poppler-utils gettext"
if ! command -v apt-get >/dev/null; then
  echo "The tests need Chromium, a Chinese font, poppler (pdftotext) and GNU gettext; install them and run again." >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "The tests need: sudo apt-get install $packages" >&2
    exit 1
  fi
  as_root="sudo"
fi
echo "Installing $packages (once) …"
log=$(mktemp)
if ! { $as_root apt-get update && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y --no-install-recommends $packages; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi
