#!/usr/bin/env node
'use strict';

// Plays recorded Java calls with real Node callers against the replay server, through the gateway or directly, and compares the
// reply that the caller received with the recorded one: class names, fields, sharing and cycles, result flag and attachments.
// Every result is marked recorded. Recordings that a caller's library cannot express are listed with the reason.

const fs = require('fs');
const commandLine = require('./lib/command-line');
const { Peers } = require('./lib/peers');
const { RecordedPair } = require('./lib/recorded-pair');

const usage = `recorded.js --direct | --gateway-bolt HOST:PORT --gateway-dubbo HOST:PORT
  callers bolt and dubbo, callees the replay servers: com.example.bridge.DemoService behind the Dubbo one,
  com.example.bridge.BoltService:1.0 behind the Bolt one
  --no-servers   the replay servers are already running
  --skipped      print what a caller cannot express
  --out FILE     results as JSON`;

const args = commandLine.read({
  direct: false, 'gateway-bolt': '', 'gateway-dubbo': '', 'no-servers': false, skipped: false, out: '',
}, usage);

/** Directly, each protocol by itself; through a gateway also each protocol's callers against the other's recordings. */
function pairs() {
  if (args.direct) {
    const ports = { dubbo: 20890, bolt: 12290 };
    return [ 'dubbo', 'bolt' ].map(protocol => ({ caller: protocol, callee: protocol, target: `127.0.0.1:${ports[protocol]}` }));
  }
  if (!args['gateway-bolt'] || !args['gateway-dubbo']) {
    console.error(usage);
    process.exit(2);
  }
  return [ 'dubbo', 'bolt' ].flatMap(caller => [ 'dubbo', 'bolt' ].map(callee => ({ caller, callee, target: args[`gateway-${caller}`] })));
}

/** The replay servers' side ports. */
const witnesses = { dubbo: '127.0.0.1:18104', bolt: '127.0.0.1:18105' };

async function main() {
  const peers = new Peers();
  if (!args['no-servers']) {
    await peers.start('replay-server.js', [ '--protocol', 'dubbo' ]);
    await peers.start('replay-server.js', [ '--protocol', 'bolt' ]);
  }
  const results = [];
  try {
    for (const pair of pairs()) results.push(...await new RecordedPair({ ...pair, witness: witnesses[pair.callee], direct: args.direct }).run());
  } finally {
    await peers.stop();
  }
  if (args.out) fs.writeFileSync(args.out, JSON.stringify(results, null, 2));
  print(results);
  process.exit(results.some(result => result.ok === false) ? 1 : 0);
}

function print(results) {
  const line = result => `${result.caller}→${result.callee} ${result.case}: ${result.why}`;
  for (const result of results.filter(one => one.ok === false)) console.log(`FAILED ${line(result)}`);
  const skipped = results.filter(result => result.ok === undefined);
  if (args.skipped) for (const result of skipped) console.log(`left out ${line(result)}`);
  const reasons = new Map();
  for (const { why } of skipped) {
    const kind = why.replace(/(of class|the double|a list for|a map for) .*/, '$1 …').replace(/^a (com|java)\..* for .*/, 'a subclass');
    reasons.set(kind, (reasons.get(kind) || 0) + 1);
  }
  for (const [ reason, count ] of reasons) console.log(`left out ${count}: ${reason}`);
  const ran = results.filter(result => result.ok !== undefined);
  const passed = ran.filter(result => result.ok).length;
  console.log(`${passed} passed, ${ran.length - passed} failed (recorded), ${skipped.length} left out`);
}

main();
