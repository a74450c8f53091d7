#!/usr/bin/env node
'use strict';

// What people use beside generated clients, against the gateway's gRPC listener: buf curl by the descriptor set and by the gateway's own reflection, and
// a client of gRPC's health service. Each calls the service of every callee. The results are added to the matrix's.

const fs = require('fs');
const os = require('os');
const path = require('path');
const { execFile } = require('child_process');
const { promisify } = require('util');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const health = require('grpc-health-check');
const commandLine = require('./lib/command-line');
const { descriptorSet } = require('./lib/descriptor-set');
const { Peers } = require('./lib/peers');
const report = require('./lib/report');

const run = promisify(execFile);
const args = commandLine.read({ 'gateway-grpc': '127.0.0.1:18090', protocols: 'grpc', append: '' },
  'tools.js [--gateway-grpc HOST:PORT] [--protocols grpc,grpcweb,connect] [--append RESULTS.json]');
const buf = path.join(__dirname, 'node_modules', '.bin', 'buf');
const callees = [ 'Bolt', 'Dubbo', 'Apache', 'Triple', 'Http', 'Grpc' ];

const order = {
  id: 'o-1', number: '9007199254740993', status: 'NEW', total: { value: '12345678901234567890.10' }, created: '2024-05-06T07:08:09.123Z',
  address: { street: '中山路 1', city: '杭州 🏙', zip: '310000' }, items: [ { sku: 'sku-1', quantity: 2, price: { value: '9.95' } } ], tags: [ '急' ],
  notes: { colour: 'blue' },
};
/** The callee "apache" takes one parameter alone and has no exceptions with a class. */
const cases = [
  { name: 'greet', method: 'greet', request: { name: 'Ada 🌍' }, reply: { value: 'Hello, Ada 🌍!' } },
  { name: 'place', method: 'place', request: order, reply: { ...order, status: 'PAID' } },
  { name: 'add', method: 'add', request: { left: 40, right: '9007199254740953' }, reply: { value: '9007199254740993' }, except: 'Apache' },
  { name: 'bytes', method: 'bytes', request: { data: 'AP8gfw==' }, reply: { value: 'AP8gfw==' } },
  { name: 'touch', method: 'touch', request: { id: 'o-1' }, reply: {} },
  { name: 'fail-business', method: 'fail', request: { kind: 'business' }, error: { code: 'unknown', message: 'order refused: 库存不足' }, except: 'Apache Grpc Triple' },
  { name: 'fail-declared', method: 'fail', request: { kind: 'business' }, error: { message: 'order refused: 库存不足' }, except: 'Apache Bolt Dubbo Http' },
];

function difference(actual, expected) {
  const [ seen, wanted ] = [ actual, expected ].map(value => JSON.stringify(sorted(value)));
  return seen === wanted ? undefined : `is ${seen.slice(0, 300)}, not ${wanted.slice(0, 300)}`;
}

function sorted(value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return Array.isArray(value) ? value.map(sorted) : value;
  return Object.fromEntries(Object.keys(value).sort().map(key => [ key, sorted(value[key]) ]));
}

/** One call by buf curl: the reply, or the error as it prints it. */
async function curl(protocol, schema, resource, request) {
  const transport = protocol === 'grpc' ? [ '--http2-prior-knowledge' ] : [];
  const words = [ 'curl', '--protocol', protocol, ...transport, ...(schema ? [ '--schema', schema ] : []) ];
  try {
    const { stdout } = await run(buf, [ ...words, '-d', JSON.stringify(request), `http://${args['gateway-grpc']}/${resource}` ], { timeout: 20000 });
    return { reply: JSON.parse(stdout) };
  } catch (error) {
    return { error: /^\s*\{/.test(error.stderr || '') ? JSON.parse(error.stderr) : { code: 'none', message: error.stderr || error.message } };
  }
}

function judge(one, { reply, error }) {
  if (!one.error) return error ? `failed: ${JSON.stringify(error)}` : difference(reply, one.reply);
  if (!error) return 'succeeded, but must fail';
  return Object.entries(one.error).map(([ key, value ]) => (error[key] === value ? undefined : `${key} is ${error[key]}, not ${value}`)).find(Boolean);
}

async function curlAll(protocol, schema, caller) {
  const results = [];
  for (const callee of callees) {
    for (const one of cases.filter(({ except = '' }) => !except.includes(callee))) {
      const why = judge(one, await curl(protocol, schema, `com.acme.order.${callee}OrderService/${one.method}`, one.request));
      results.push({ caller, callee: callee.toLowerCase(), binding: 'native', case: one.name, ok: !why, why });
    }
    report.progress(results, { caller, callee: callee.toLowerCase() });
  }
  return results;
}

/** The gateway's reflection lists every service, whatever its callee speaks. */
async function listed() {
  const caller = 'buf curl, list by reflection';
  const url = `http://${args['gateway-grpc']}`;
  const { stdout } = await run(buf, [ 'curl', '--http2-prior-knowledge', '--protocol', 'grpc', '--list-services', url ], { timeout: 20000 });
  const names = stdout.split('\n');
  return callees.map(callee => {
    const name = `com.acme.order.${callee}OrderService`;
    const why = names.includes(name) ? undefined : `${name} is not among ${names.join(' ')}`;
    return { caller, callee: callee.toLowerCase(), binding: 'native', case: 'list', ok: !why, why };
  });
}

/** Check and the first word of Watch. A service that nobody knows is checked beside each. */
async function healthChecks() {
  const caller = 'grpc-health-check, by @grpc/grpc-js';
  const { Health } = grpc.loadPackageDefinition(protoLoader.loadSync(health.protoPath, { enums: String })).grpc.health.v1;
  const client = new Health(args['gateway-grpc'], grpc.credentials.createInsecure());
  const check = service => new Promise(resolve => {
    client.check({ service }, { deadline: Date.now() + 10000 }, (error, reply) => resolve(error ? error.code : reply.status));
  });
  const watch = service => new Promise(resolve => {
    const call = client.watch({ service }, { deadline: Date.now() + 10000 });
    call.on('error', error => resolve(error.code)).once('data', ({ status }) => {
      call.cancel();
      resolve(status);
    });
  });
  const results = [];
  for (const callee of callees) {
    const service = `com.acme.order.${callee}OrderService`;
    const found = [ [ 'check', await check(service), 'SERVING' ], [ 'watch', await watch(service), 'SERVING' ],
      [ 'check-unknown', await check(`${service}2`), grpc.status.NOT_FOUND ], [ 'watch-unknown', await watch(`${service}2`), 'SERVICE_UNKNOWN' ] ];
    for (const [ name, seen, wanted ] of found) {
      results.push({ caller, callee: callee.toLowerCase(), binding: 'native', case: name, ok: seen === wanted, why: seen === wanted ? undefined : `is ${seen}, not ${wanted}` });
    }
  }
  client.close();
  return results;
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bridgemesh-tools-'));
  const schema = path.join(folder, 'orders.binpb');
  fs.writeFileSync(schema, descriptorSet());
  const peers = new Peers();
  const results = [];
  try {
    await peers.startServers();
    for (const protocol of args.protocols.split(',')) results.push(...await curlAll(protocol, schema, `buf curl, ${protocol}`));
    results.push(...await curlAll('grpc', '', 'buf curl, grpc by reflection'), ...await listed(), ...await healthChecks());
  } finally {
    await peers.stop();
    fs.rmSync(folder, { recursive: true });
  }
  if (args.append) fs.writeFileSync(args.append, JSON.stringify([ ...JSON.parse(fs.readFileSync(args.append, 'utf8')), ...results ], null, 2));
  for (const { caller, callee, case: name, why } of results.filter(({ ok }) => !ok)) console.log(`FAILED ${caller} → ${callee} ${name}: ${why}`);
  const failed = results.filter(({ ok }) => !ok).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

main();
