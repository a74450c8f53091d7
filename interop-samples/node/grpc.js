#!/usr/bin/env node
'use strict';

// The order service's cases between gRPC and each other protocol through the gateway, both ways, and between two gRPC ends. What a Bolt, Dubbo
// or HTTP callee received is checked on the wire; what a gRPC callee received shows in its answer alone.

const fs = require('fs');
const commandLine = require('./lib/command-line');
const { applies, cases, named } = require('./cases');
const { Peers } = require('./lib/peers');
const { Pair } = require('./lib/pair');
const { gapOf } = require('./lib/gaps');
const report = require('./lib/report');

const args = commandLine.read({
  'gateway-bolt': '127.0.0.1:12100', 'gateway-dubbo': '127.0.0.1:20800', 'gateway-http': '127.0.0.1:18000', 'gateway-grpc': '127.0.0.1:18090',
  only: '', out: '',
}, 'grpc.js [--gateway-bolt, --gateway-dubbo, --gateway-http, --gateway-grpc HOST:PORT] [--only NAME,NAME] [--out FILE]');

const services = {
  bolt: 'com.acme.order.BoltOrderService', dubbo: 'com.acme.order.DubboOrderService', http: 'com.acme.order.HttpOrderService',
  grpc: 'com.acme.order.GrpcOrderService',
};
const witnesses = { bolt: '127.0.0.1:18100', dubbo: '127.0.0.1:18101', http: '127.0.0.1:18102' };

const others = [ 'bolt', 'dubbo', 'http' ];
const directions = [ ...[ ...others, 'grpc' ].map(callee => [ 'grpc', callee ]), ...others.map(caller => [ caller, 'grpc' ]) ];

/** blob's text ends with half a surrogate pair, which protobuf's UTF-8 does not have: the gateway refuses it. */
const orderCases = require('./cases/orders').cases.filter(one => one.name !== 'blob');
const chosen = args.only ? args.only.split(',').map(named)
  : [ ...orderCases, ...[ 'unknown-method', 'unknown-service', 'bytes-every', 'bytes-none' ].map(named) ];

/** grpc-js decodes before anybody can look: there is no witness of its frames. */
class UnseenPair extends Pair {
  async fromWitness(resource, method) {
    return method === 'DELETE' ? { sequence: 0 } : [];
  }

  check(one, answer) {
    return one.servedBy && (answer.metadata || {})['x-served-by'] !== 'grpc-server' ? 'caller: the reply metadata x-served-by is missing' : undefined;
  }
}

/** What a peer cannot do must fail: a gap that has closed is a mistake in gaps.js. */
function withGap(result, gap) {
  return result.ok ? { ...result, ok: false, why: `a gap is declared, but this passes: ${gap.reason}` } : { ...result, gap: gap.reason };
}

async function main() {
  const peers = new Peers();
  const results = [];
  try {
    await peers.startServers([ 'bolt-server.js', 'dubbo-server.js', 'http-server.js', 'grpc-server.js' ]);
    for (const [ caller, callee ] of directions) {
      const binding = caller === 'http' ? 'canonical' : 'native';
      const pair = new (callee === 'grpc' ? UnseenPair : Pair)({
        caller, callee, kind: callee, binding, target: args[`gateway-${caller}`], service: services[callee], witness: witnesses[callee], direct: false,
      });
      try {
        for (const one of chosen.filter(candidate => applies(candidate, pair.cell))) {
          const gap = gapOf({ caller, callee, binding, case: one.name, check: 'case' });
          const result = await pair.run(one);
          results.push(gap ? withGap(result, gap) : result);
        }
      } finally {
        await pair.close();
      }
      report.progress(results, { caller, callee, binding });
    }
  } finally {
    await peers.stop();
  }
  if (args.out) fs.writeFileSync(args.out, JSON.stringify(results, null, 2));
  report.print(results, false);
  process.exitCode = results.some(result => !result.ok && !result.gap) ? 1 : 0;
}

main();
