#!/usr/bin/env node
'use strict';

// Runs every case for every ordered pair of {bolt, dubbo, triple, http, grpc} through the gateway and asserts, per case, what the caller got and
// what the callee received on the wire. --direct leaves the gateway out and runs each protocol against its own server.

const fs = require('fs');
const commandLine = require('./lib/command-line');
const { applies, cases, named } = require('./cases');
const { atOnce } = require('./lib/at-once');
const { Peers } = require('./lib/peers');
const { Pair } = require('./lib/pair');
const { gapOf } = require('./lib/gaps');
const report = require('./lib/report');

/** Further clients: by what name the table has each, its protocol and its script. */
const connect = (protocol, binding = 'translated') => ({ caller: 'grpc', bindings: [ binding ], client: [ 'connect-client.js', '--protocol', protocol, '--binding', binding ] });
const moreCallers = {
  'connect-node/grpc': connect('grpc', 'native'), 'connect-node/grpc-web': connect('grpc-web'), 'connect-node/connect': connect('connect'),
  'connect-node/connect-json': connect('connect-json', 'translated-json'), 'connect-node/connect-h2': connect('connect-h2'),
  'python3-grpcio': { caller: 'grpc', client: [ 'python-client.js' ], unary: true },
  'node:http2': { caller: 'http', bindings: [ 'native', 'canonical' ], client: [ 'http-client.js', '--protocol', 'h2' ] },
};

/** Further servers in the same way, with the ports that they have when they are started here. */
const moreCallees = {
  'python3-grpcio': {
    as: 'grpc', service: 'com.acme.order.PythonOrderService', address: '127.0.0.1:18384', witness: '127.0.0.1:18108', server: [ 'python-server.js' ],
  },
  'node:http2': {
    as: 'http', service: 'com.acme.order.H2OrderService', address: '127.0.0.1:18385', witness: '127.0.0.1:18109',
    server: [ 'http-server.js', [ '--h2', '--port', '18385', '--witness', '18109', '--service', 'com.acme.order.H2OrderService' ] ],
  },
};

const usage = `matrix.js --gateway-bolt HOST:PORT --gateway-dubbo HOST:PORT --gateway-http HOST:PORT --gateway-grpc HOST:PORT --gateway-triple HOST:PORT [options]
matrix.js --direct [options]
  --direct            no gateway: each client against its own protocol's server, and gRPC's against Triple's
  --start-servers     start the servers too (implied by --direct unless --no-servers); their ports are the defaults
  --no-servers        the servers are already running
  --bolt-witness, --dubbo-witness, --http-witness, --grpc-witness, --triple-witness, --apache-witness HOST:PORT   the servers' side ports
  --bolt, --dubbo, --http, --grpc, --triple, --apache HOST:PORT    the servers, for --direct
  --more-callers NAME,NAME    further clients: ${Object.keys(moreCallers).join(' ')}
  --more-callees NAME,NAME    further servers, called by the usual clients: ${Object.keys(moreCallees).join(' ')}
  --callers, --callees, --only NAME,NAME     a part of the table; callers are by default those whose gateway address is
                      given, "none" is for further ones alone
  --at-once N         how many pairs run beside each other, each with a callee of its own
  --smoke             one typed place call per pair, with lane and latency
  --gateway-admin HOST:PORT   the gateway's /status, which tells the lane of each call to callers that cannot see it
  --out FILE          results as JSON
  The second Dubbo provider (com.acme.order.ApacheOrderService, callee "apache") takes part when --apache-witness is given.`;

const args = commandLine.read({
  'gateway-bolt': '', 'gateway-dubbo': '', 'gateway-http': '', 'gateway-grpc': '', 'gateway-triple': '', 'gateway-admin': '',
  direct: false, 'start-servers': false, 'no-servers': false,
  bolt: '127.0.0.1:12200', dubbo: '127.0.0.1:20880', http: '127.0.0.1:18080', grpc: '127.0.0.1:18382', triple: '127.0.0.1:18383', apache: '127.0.0.1:20881',
  'bolt-witness': '127.0.0.1:18100', 'dubbo-witness': '127.0.0.1:18101', 'http-witness': '127.0.0.1:18102', 'grpc-witness': '127.0.0.1:18106', 'triple-witness': '127.0.0.1:18107', 'apache-witness': '',
  callers: '', 'more-callers': '', 'more-callees': '', callees: '', only: '', smoke: false, out: '', 'at-once': '1',
}, usage);

const protocols = [ 'bolt', 'dubbo', 'triple', 'http', 'grpc' ];
const services = {
  bolt: 'com.acme.order.BoltOrderService', dubbo: 'com.acme.order.DubboOrderService', http: 'com.acme.order.HttpOrderService',
  grpc: 'com.acme.order.GrpcOrderService', triple: 'com.acme.order.TripleOrderService', apache: 'com.acme.order.ApacheOrderService',
};
const protocolOf = callee => (moreCallees[callee] ? moreCallees[callee].as : callee === 'apache' ? 'dubbo' : callee);
const listed = text => (text ? text.split(',') : []);

/** The pairs to run: { caller, callee, binding, target }. HTTP callers run once with native paths and once with canonical ones. */
function pairs() {
  const callees = args.callees ? args.callees.split(',') : [ ...protocols, ...(args['apache-witness'] ? [ 'apache' ] : []) ];
  const callers = args.callers ? args.callers.split(',').filter(name => name !== 'none') : protocols.filter(name => args.direct || args[`gateway-${name}`]);
  if (args.direct) {
    const further = listed(args['more-callees']).map(callee => ({ caller: protocolOf(callee), callee, binding: 'native', target: moreCallees[callee].address }))
      .map(one => (one.callee === 'node:http2' ? { ...one, ...moreCallers[one.callee], as: one.callee } : one));
    const own = callees.filter(callee => callers.includes(protocolOf(callee))).map(callee => [ protocolOf(callee), callee ]);
    // A Triple server speaks gRPC, too.
    const both = callers.includes('grpc') && callees.includes('triple') ? [ [ 'grpc', 'triple' ] ] : [];
    return [ ...[ ...own, ...both ].map(([ caller, callee ]) => ({ caller, callee, binding: 'native', target: args[callee] })), ...further ];
  }
  const list = [];
  for (const caller of callers) {
    const target = args[`gateway-${caller}`];
    if (!target) {
      console.error(`--gateway-${caller} is missing\n\n${usage}`);
      process.exit(2);
    }
    for (const callee of [ ...callees, ...listed(args['more-callees']) ]) {
      for (const binding of caller === 'http' ? [ 'native', 'canonical' ] : [ 'native' ]) list.push({ caller, callee, binding, target });
    }
  }
  for (const as of listed(args['more-callers'])) {
    const { bindings = [ 'native' ], ...how } = moreCallers[as];
    for (const callee of callees) for (const binding of bindings) list.push({ ...how, binding, as, callee, target: args[`gateway-${how.caller}`] });
  }
  return list;
}

const endOf = callee => {
  const { service = services[callee], witness = args[`${callee}-witness`] } = moreCallees[callee] || {};
  return { service, witness };
};

/** What a peer cannot do must fail: a gap that has closed is a mistake in gaps.js. */
function withGap(result, gap) {
  return result.ok ? { ...result, ok: false, why: `a gap is declared, but this passes: ${gap.reason}` } : { ...result, gap: gap.reason };
}

/** All cases of one caller and one callee. */
async function runPair({ caller, client, as, unary, callee, binding, target }, chosen) {
  const pair = new Pair({
    caller, client, as, callee, kind: protocolOf(callee), binding, target, ...endOf(callee),
    direct: args.direct, admin: args['gateway-admin'],
  });
  const results = [];
  try {
    for (const one of chosen.filter(candidate => applies(candidate, pair.cell) && (!as || !candidate.values) && !(unary && /^(stream|expiry)$/.test(candidate.kind || '')))) {
      const gap = gapOf({ caller, as, callee, binding, direct: args.direct, case: one.name, check: 'case' });
      results.push(gap ? withGap(await pair.run(one), gap) : await pair.run(one));
    }
  } finally {
    await pair.close();
  }
  report.progress(results, { caller: as || caller, callee, binding });
  return results;
}

async function main() {
  const peers = new Peers();
  if (args['start-servers'] || (args.direct && !args['no-servers'])) {
    if (args.direct && !args['apache-witness']) args['apache-witness'] = '127.0.0.1:18103';
    await peers.startServers(listed(args['more-callees']).map(callee => moreCallees[callee].server));
  }
  const chosen = args.smoke ? [ named('place') ] : args.only ? args.only.split(',').map(named) : cases;
  const results = [];
  try {
    const columns = pairs();
    const found = await atOnce(Number(args['at-once']), columns, column => column.callee, column => runPair(column, chosen));
    results.push(...found.flat());
  } finally {
    await peers.stop();
  }
  if (args.out) fs.writeFileSync(args.out, JSON.stringify(results, null, 2));
  report.print(results, args.smoke);
  process.exitCode = results.some(result => !result.ok && !result.gap) ? 1 : 0;
}

main();
