// Measures the ways of run-grpc.sh in turns and prints the table. h2load sends a fixed number of calls, so that CPU time over calls is
// exact; it counts HTTP statuses alone, so the bytes of DATA must come to those of right answers, and curl looks at whole answers between
// the rounds.
'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const { values: options } = parseArgs({
  options: {
    nginx: { type: 'string' }, gateway: { type: 'string' }, out: { type: 'string' },
    rounds: { type: 'string' }, seconds: { type: 'string' }, markdown: { type: 'string' },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);

const TEXT = Array.from({ length: 100 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
const message = Buffer.concat([Buffer.from([0, 0, 0, 0, 102, 0x0a, 100]), Buffer.from(TEXT)]);
const body = path.join(options.out, 'request.bin');
fs.writeFileSync(body, message);

const grpc = 'com.example.GrpcEchoService/echo';
const WAYS = [
  { name: 'no proxy', url: `http://127.0.0.1:18461/${grpc}`, pid: null },
  { name: 'nginx, grpc_pass to gRPC', url: `http://127.0.0.1:18462/${grpc}`, pid: options.nginx },
  { name: 'BridgeMesh, gRPC → gRPC', url: `http://127.0.0.1:18460/${grpc}`, pid: options.gateway },
  {
    name: 'BridgeMesh, gRPC → Bolt',
    url: 'http://127.0.0.1:18460/com.example.BoltEchoService/echo',
    pid: options.gateway,
    headers: ['x-bridge-version: 1.0'],
  },
];
const LOADS = [
  { name: '64 connections, 1 call each', connections: 64, streams: 1 },
  { name: '8 connections, 32 calls each', connections: 8, streams: 32 },
];

let passed = 0;
let failed = 0;
function check(good, what) {
  if (good) {
    passed++;
  } else {
    failed++;
    console.log(`FAILED: ${what}`);
  }
}

// A process and its children, as nginx has workers.
function family(pid) {
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [pid, ...children];
}

const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const pageBytes = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));

function cpuSeconds(pid) {
  return family(pid).reduce((sum, one) => {
    const fields = fs.readFileSync(`/proc/${one}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / ticks;
  }, 0);
}

function rssMiB(pid) {
  const pages = (one) => Number(fs.readFileSync(`/proc/${one}/statm`, 'utf8').split(' ')[1]);
  return family(pid).reduce((sum, one) => sum + (pages(one) * pageBytes) / 1048576, 0);
}

function headerArguments(way) {
  return ['content-type: application/grpc', 'te: trailers', ...(way.headers ?? [])].flatMap((header) => ['-H', header]);
}

function run(way, load, calls) {
  const before = way.pid ? cpuSeconds(way.pid) : 0;
  const text = execFileSync(
    'h2load',
    ['-n', String(calls), '-c', String(load.connections), '-m', String(load.streams), '-d', body, ...headerArguments(way), way.url],
    { encoding: 'utf8', timeout: 120000, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const cpu = way.pid ? cpuSeconds(way.pid) - before : 0;
  const [, duration, unit] = text.match(/finished in ([\d.]+)(us|ms|s),/);
    const [, succeeded] = text.match(/, (\d+) succeeded/);
  const [, data] = text.match(/\((\d+)\) data/);
  return {
    right: Number(succeeded) === calls && Number(data) === calls * message.length,
    summary: text.split('\n').filter((line) => /^(requests|status codes|traffic):/.test(line)).join('; '),
    rate: calls / (Number(duration) * { us: 1e-6, ms: 1e-3, s: 1 }[unit]),
    cpuMicros: (cpu * 1e6) / calls,
  };
}

function sample(way) {
  const answer = path.join(options.out, 'answer.bin');
  const head = execFileSync(
    'curl',
    ['-sS', '-m', '10', '-D', '-', '-o', answer, '--http2-prior-knowledge', '--data-binary', `@${body}`, ...headerArguments(way), way.url],
    { encoding: 'utf8' },
  );
  check(/^grpc-status: 0\s*$/m.test(head) && fs.readFileSync(answer).equals(message), `${way.name}: an answer is wrong: ${head}`);
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const spread = (numbers, digits) => `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)})`;

function measure(load) {
  const results = WAYS.map(() => []);
  // The gateway's compiler needs some seconds of load before its last tier has come to each path; nginx and the backend get the same.
  const calls = WAYS.map((way) => {
    let rate = run(way, load, 20000).rate;
    for (let turn = 0; turn < 3; turn++) {
      rate = run(way, load, Math.ceil(rate * 2)).rate;
    }

    return Math.max(load.connections * load.streams * 4, Math.ceil(rate * seconds));
  });
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < WAYS.length; turn++) {
      const which = (turn + round) % WAYS.length;
      const result = run(WAYS[which], load, calls[which]);
      check(result.right, `${WAYS[which].name}: ${result.summary}`);
      results[which].push(result);
    }

    WAYS.forEach(sample);
  }

  const nginx = results[1];
  const lines = [`${load.name}, ${rounds} rounds of ${seconds} s:`, ''];
  lines.push('| | calls/s, ratio to nginx | CPU a call, ratio to nginx | calls/s | CPU µs a call | RSS MiB |');
  lines.push('|---|---|---|---|---|---|');
  WAYS.forEach((way, i) => {
    const rate = spread(results[i].map((r, round) => r.rate / nginx[round].rate), 2);
    const cells = [rate, '', Math.round(median(results[i].map((r) => r.rate))), '', ''];
    if (way.pid) {
      cells[1] = spread(results[i].map((r, round) => r.cpuMicros / nginx[round].cpuMicros), 2);
      cells[3] = median(results[i].map((r) => r.cpuMicros)).toFixed(1);
      cells[4] = Math.round(rssMiB(way.pid));
    }

    lines.push(`| ${way.name} | ${cells.join(' | ')} |`);
  });
  const file = path.join(options.out, `${load.connections}x${load.streams}.json`);
  fs.writeFileSync(file, JSON.stringify({ ways: WAYS.map((way) => way.name), results }, null, 1));
  return lines.join('\n');
}

WAYS.forEach(sample);
const table = LOADS.map(measure).join('\n\n');
console.log(`\n${table}`);
if (options.markdown && !failed) {
  const page = fs.readFileSync(options.markdown, 'utf8');
  const marked = /(<!-- grpc figures:begin -->\n)[\s\S]*(<!-- grpc figures:end -->)/;
  check(marked.test(page), `${options.markdown} has no place for the table`);
  fs.writeFileSync(options.markdown, page.replace(marked, (_, begin, end) => `${begin}${table}\n${end}`));
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
