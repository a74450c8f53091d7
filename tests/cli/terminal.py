#!/usr/bin/env python3
"""Runs a command with its error output on a terminal of its own, and prints what came there with escapes shown.

usage: terminal.py COMMAND...    Ends as the command does. The command's output goes to where this program's does not: nowhere.
"""
import os
import pty
import subprocess
import sys

ours, theirs = pty.openpty()
environment = dict(os.environ, TERM='xterm')
process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs, env=environment)
os.close(theirs)
seen = b''
while True:
    try:
        more = os.read(ours, 4096)
    except OSError:  # Linux says so when the last writer has closed.
        break
    if not more:
        break
    seen += more
print(seen.decode('utf-8', 'replace').encode('unicode_escape').decode())
sys.exit(process.wait())
