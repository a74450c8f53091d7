"""Measures the gateway beside haproxy, nginx and bare Kestrel and YARP, in turns within one run, and prints tables in Markdown.

Every variant of a case runs once in each round, in an order that is shuffled anew; a ratio is of the same round, and medians over the rounds
are what is printed, with the least and the most. Every answer must come, to its own caller, with the expected bytes: boltload ends badly else.
"""
import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys

ap = argparse.ArgumentParser()
for name in ('boltload', 'out', 'gateway', 'haproxy', 'tuned', 'nginx', 'kestrel', 'yarp'):
    ap.add_argument('--' + name, required=True)
ap.add_argument('--rounds', type=int, default=7)
ap.add_argument('--seconds', type=float, default=2)
ap.add_argument('--page')
ap.add_argument('--only', default='')
args = ap.parse_args()

failures = []
passed = 0


def family(pid):
    """A process and what it started: nginx and haproxy have workers."""
    found, todo = [], [int(pid)]
    while todo:
        at = todo.pop()
        found.append(at)
        with open(f'/proc/{at}/task/{at}/children', encoding='ascii') as children:
            todo += map(int, children.read().split())
    return ','.join(map(str, found))


def rss(pid):
    total = 0
    for member in family(pid).split(','):
        with open(f'/proc/{member}/status', encoding='utf-8') as status:
            total += int(re.search(r'VmRSS:\s+(\d+)', status.read()).group(1))
    return total / 1024


def service(proto, size):
    name = f'com.example.{proto.capitalize()}{size}'
    return ['--service', name + ':1.0', '--header', f'service={name}:1.0'] if proto == 'bolt' else ['--service', name]


DIGIT = {100: 1, 4096: 2, 65000: 3}


def framed(proto, size, way):
    base = {'bolt': {'direct': 12470, 'haproxy': 12480, 'tuned': 12490, 'nginx': 12500},
            'dubbo': {'direct': 20870, 'haproxy': 20880, 'tuned': 20890, 'nginx': 20900}}[proto]
    port = {'bolt': 12470, 'dubbo': 20870}[proto] if way == 'gateway' else base[way] + DIGIT[size]
    return ['--proto', proto, '--port', str(port), '--size', str(size), *service(proto, size)]


NAMES = {'direct': 'no proxy', 'haproxy': 'haproxy, TCP, as it comes', 'tuned': 'haproxy, TCP, tune.bufsize 131072', 'nginx': 'nginx, stream',
         'gateway': 'BridgeMesh, routed by service'}
PIDS = {'haproxy': args.haproxy, 'tuned': args.tuned, 'nginx': args.nginx, 'gateway': args.gateway, 'kestrel': args.kestrel, 'yarp': args.yarp}


def web(port, path='/echo', extra=()):
    return ['--proto', 'http', '--port', str(port), '--path', path, '--body-file', os.path.join(args.out, 'echo.json'),
            '--header', 'content-type=application/json', *extra]


def case(key, title, ways, floor, conns, inflight, rate=0, names=NAMES):
    return {'key': key, 'title': title, 'ways': ways, 'floor': floor, 'conns': conns, 'inflight': inflight, 'rate': rate, 'names': names}


cases = []
for proto, title in (('bolt', 'Bolt → Bolt'), ('dubbo', 'Dubbo → Dubbo')):
    for size, conns, inflight in ((100, 64, 32), (100, 64, 1), (4096, 64, 1), (4096, 16, 32), (65000, 32, 16)):
        cases.append(case(f'{proto}-{size}-{conns}x{inflight}', f'{title}, {size} B, {conns} connections × {inflight}',
                          {w: framed(proto, size, w) for w in NAMES}, 'haproxy', conns, inflight))
cases.append(case('open', 'Bolt → Bolt, 100 B, open loop, 30,000 calls/s over 64 connections',
                  {w: framed('bolt', 100, w) for w in NAMES}, 'haproxy', 64, 64, rate=30000))
crossing = {'forward': 'Bolt → Bolt, forwarded', 'bolt-dubbo': 'Bolt → Dubbo, translated', 'dubbo-bolt': 'Dubbo → Bolt, translated'}
cases.append(case('translated', 'Translated, 300 B, 64 connections × 32', {
    'forward': ['--proto', 'bolt', '--port', '12470', '--size', '300', *service('bolt', 100)],
    'bolt-dubbo': ['--proto', 'bolt', '--port', '12470', '--size', '300', '--service', 'com.example.Dubbo100:1.0', '--header', 'service=com.example.Dubbo100:1.0'],
    'dubbo-bolt': ['--proto', 'dubbo', '--port', '20870', '--size', '300', '--service', 'com.example.Bolt100'],
}, 'forward', 64, 32, names=crossing))
cases.append(case('http-framed', 'HTTP/JSON, 64 connections', {
    'kestrel': web(18472), 'dubbo': web(18470, '/com.example.Dubbo100/echo'), 'bolt': web(18470, '/com.example.Bolt100/echo'),
}, 'kestrel', 64, 1, names={'kestrel': 'Kestrel that answers by itself', 'dubbo': 'BridgeMesh, HTTP/JSON → Dubbo', 'bolt': 'BridgeMesh, HTTP/JSON → Bolt'}))
cases.append(case('http', 'HTTP/1.1 → HTTP/1.1, 64 connections', {
    'direct': web(18471), 'yarp': web(18473), 'haproxy': web(18481), 'nginx': web(18501), 'gateway': web(18470),
}, 'yarp', 64, 1, names={'direct': 'no proxy', 'yarp': 'bare YARP', 'haproxy': 'haproxy, HTTP', 'nginx': 'nginx, HTTP', 'gateway': 'BridgeMesh, forwarded'}))

pid_of = {'forward': args.gateway, 'bolt-dubbo': args.gateway, 'dubbo-bolt': args.gateway, 'bolt': args.gateway, 'dubbo': args.gateway, **PIDS}


def measure(entry, way):
    global passed
    pid = pid_of.get(way)
    command = [args.boltload, 'client', *entry['ways'][way], '--conns', str(entry['conns']), '--inflight', str(entry['inflight']),
               '--seconds', str(args.seconds), '--warmup', '0.5', '--check-body']
    if entry['rate']:
        command += ['--rate', str(entry['rate'])]
    if pid:
        command += ['--pid', family(pid)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=args.seconds + 60, check=False)
    if done.returncode != 0:
        failures.append(f"{entry['key']} {way}: {done.stdout.strip()} {done.stderr.strip()}"[:600])
        print(f"FAILED: {failures[-1]}", file=sys.stderr)
        return None
    passed += 1
    got = json.loads(done.stdout)
    got['cpu'] = got.get('pid_cpu_s_per_M')
    return got


def spread(values, digits=2):
    return f'{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})' if values else ''


def table(entry):
    rounds = []
    ways = list(entry['ways'])
    for number in range(args.rounds):
        order = random.Random(f"{entry['key']} {number}").sample(ways, len(ways))
        got = {way: measure(entry, way) for way in order}
        if all(got.values()):
            rounds.append(got)
        print(f"{entry['key']} {number + 1}/{args.rounds}", file=sys.stderr, flush=True)
    floor = entry['floor']
    lines = [f"{entry['title']}, {len(rounds)} rounds of {args.seconds:g} s:", '']
    if not rounds:
        return '\n'.join([*lines, 'failed', ''])
    opened = entry['rate'] > 0
    lines += (['| | p50, ratio | p99, ratio | p50 µs | p99 µs | CPU a call, ratio | CPU µs a call | RSS MiB |', '|---|---|---|---|---|---|---|---|'] if opened
              else ['| | calls/s, ratio | CPU a call, ratio | calls/s | CPU µs a call | p99 µs | RSS MiB |', '|---|---|---|---|---|---|---|'])
    for way in ways:
        mine, base = [r[way] for r in rounds], [r[floor] for r in rounds]
        median = lambda key: statistics.median(m[key] for m in mine)
        has_cpu = mine[0]['cpu'] is not None
        cpu_ratio = spread([m['cpu'] / b['cpu'] for m, b in zip(mine, base)]) if has_cpu else ''
        cpu, memory = (f"{median('cpu'):.2f}", f"{median('pid_rss_mib'):.0f}") if has_cpu else ('', '')
        if opened:
            lines.append(f"| {entry['names'][way]} | {spread([m['p50_us'] / b['p50_us'] for m, b in zip(mine, base)])} | "
                         f"{spread([m['p99_us'] / b['p99_us'] for m, b in zip(mine, base)])} | {median('p50_us'):.0f} | {median('p99_us'):.0f} | {cpu_ratio} | {cpu} | {memory} |")
        else:
            lines.append(f"| {entry['names'][way]} | {spread([m['rps'] / b['rps'] for m, b in zip(mine, base)])} | {cpu_ratio} | {median('rps'):.0f} | {cpu} | "
                         f"{median('p99_us'):.0f} | {memory} |")
    return '\n'.join([*lines, ''])


with open(os.path.join(args.out, 'echo.json'), 'w', encoding='ascii') as body:
    body.write(json.dumps({'text': 'a' * 100}))
text = '\n'.join(table(c) for c in cases if re.search(args.only, c['key']))
print(text)
if args.page and not failures:
    with open(args.page, encoding='utf-8') as file:
        page = file.read()
    begin, end = '<!-- proxy figures:begin -->', '<!-- proxy figures:end -->'
    assert page.count(begin) == 1 and page.count(end) == 1, f'{args.page} has no place for the figures'
    with open(args.page, 'w', encoding='utf-8') as file:
        file.write(page[:page.index(begin) + len(begin)] + '\n' + text + page[page.index(end):])
print(f'{passed} passed, {len(failures)} failed')
sys.exit(1 if failures else 0)
