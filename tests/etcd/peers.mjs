// etcd3 as services and as a consumer beside the gateway: every check waits for what it checks, up to 20 s.
// usage: peers.mjs BRIDGEMESH_BINARY ETCD_PID ETCD_DATA     Ends with "N passed, N failed". etcd is killed and started again over its data.
import http from 'node:http';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const { Etcd3 } = createRequire(import.meta.url)('etcd3');
const [ binary, etcdPid, data ] = process.argv.slice(2);
const prefix = '/bridgemesh/services/';
const gateway = 'http://127.0.0.1:18066';
const client = new Etcd3({ hosts: 'http://127.0.0.1:23790' });
let passed = 0;
let failed = 0;

async function check(name, run) {
  const started = Date.now();
  try {
    await run();
    passed++;
    console.log(`ok ${name} (${Date.now() - started} ms)`);
  } catch (wrong) {
    failed++;
    console.log(`FAILED ${name}: ${wrong.stack}`);
  }
}

/** Polls until the condition holds; its last result ends the message when it does not. */
async function until(condition) {
  let last;
  for (let i = 0; i < 400; i++) {
    last = await condition();
    if (last === true) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`still ${JSON.stringify(last)}`);
}

function same(actual, expected) {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
  }
}

/** A service over HTTP that answers with its name, registered under a lease of its own. */
async function serve(service, name, value = {}) {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(name));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lease = client.lease(10);
  lease.on('lost', () => {});
  await lease.put(`${prefix}${service}/http/127.0.0.1:${server.address().port}`).value(JSON.stringify(value));
  return { lease, server, async leave() { await lease.revoke(); server.close(); } };
}

async function call(service) {
  const response = await fetch(`${gateway}/${service}/greet`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: '["Ada"]',
  });
  return `${response.status} ${response.ok ? await response.json() : ''}`.trim();
}

/** Who answers ten calls in a row. */
async function callees(service) {
  const answers = new Set();
  for (let i = 0; i < 10; i++) answers.add(await call(service));
  return [ ...answers ].sort().join(', ');
}

const becomes = (service, wanted) => until(async () => {
  const now = await callees(service);
  return now === wanted || now;
});

/** The gateway's own publication, by its command line, until it is stopped. */
async function publish(port) {
  const child = spawn(binary, [ 'registry', 'publish', `http://127.0.0.1:${port}/billing?version=1.0`, '--kind', 'etcd',
    '--set', 'servers=http://127.0.0.1:23790', '--set', 'leaseS=2' ], { stdio: 'ignore' });
  return { child, async stop(signal) { child.kill(signal); await once(child, 'exit'); } };
}

/** Leases of what is published of the service. */
async function leases() {
  const { kvs } = await client.getAll().prefix(`${prefix}billing/`).exec();
  return kvs.map(kv => kv.lease);
}

let one;
await check('what etcd3 registers is found and called', async () => {
  one = await serve('orders', 'one', { application: 'shop' });
  await becomes('orders', '200 one');
});

let two;
await check('a second instance shares the calls', async () => {
  two = await serve('orders', 'two');
  await becomes('orders', '200 one, 200 two');
});

await check('one whose lease is revoked gets no more calls', async () => {
  await one.leave();
  await becomes('orders', '200 two');
});

await check('a value that cannot be read is passed over, and taken when it is right', async () => {
  const key = `${prefix}orders/http/127.0.0.1:${two.server.address().port}`;
  const three = await serve('orders', 'three', { weight: 'heavy' });
  await client.put(`${prefix}orders/http/nowhere`).value('{');
  same(await callees('orders'), '200 two');
  await three.lease.put(`${prefix}orders/http/127.0.0.1:${three.server.address().port}`).value('{"weight":100}');
  await becomes('orders', '200 three, 200 two');
  await client.put(key).value('{"health":"down"}');
  await becomes('orders', '200 three');
  await client.put(key).value('{}');
  await three.leave();
  await becomes('orders', '200 two');
});

await check('compaction of all that was changes nothing', async () => {
  const { header } = await client.put(`${prefix}other/http/127.0.0.1:1`).value('{}');
  await client.kv.compact({ revision: header.revision, physical: true });
  one = await serve('orders', 'one');
  await becomes('orders', '200 one, 200 two');
});

await check('etcd3 sees what the gateway publishes come and go', async () => {
  const watcher = await client.watch().prefix(`${prefix}billing/`).create();
  const events = [];
  watcher.on('put', kv => events.push(`put ${kv.key} ${kv.value} ${kv.lease !== '0'}`));
  watcher.on('delete', kv => events.push(`delete ${kv.key}`));
  const key = `${prefix}billing/http/127.0.0.1:18999/version=1.0`;
  const gatewaySide = await publish(18999);
  await until(() => events.length === 1 || events);
  await gatewaySide.stop('SIGINT');
  await until(() => events.length === 2 || events);
  same(events.map(e => e.split(' ').slice(0, 2).join(' ')), [ `put ${key}`, `delete ${key}` ]);
  same(events[0].endsWith(' true'), true);
  await watcher.cancel();
});

await check('a publisher that is killed leaves nothing behind, and one that comes back doubles nothing', async () => {
  const first = await publish(18999);
  await until(async () => (await leases()).length === 1);
  const [ lease ] = await leases();
  await first.stop('SIGKILL');
  const second = await publish(18999);
  await until(async () => {
    const now = await leases();
    same(now.length <= 1, true);
    return (now.length === 1 && now[0] !== lease) || now;
  });
  await second.stop('SIGKILL');
  await until(async () => (await leases()).length === 0);
});

await check('no call fails while etcd is killed and comes back', async () => {
  const answers = new Set();
  let calling = true;
  const caller = (async () => {
    while (calling) answers.add(await call('orders'));
  })();
  process.kill(Number(etcdPid), 'SIGKILL');
  await until(async () => fetch('http://127.0.0.1:23790/health').then(() => 'there', () => true));
  for (let i = 0; i < 50; i++) await call('orders');
  const own = 'http://127.0.0.1:23790';
  const peer = 'http://127.0.0.1:23791';
  const etcd = spawn('/usr/bin/etcd', [ `--data-dir=${data}`, `--listen-client-urls=${own}`, `--advertise-client-urls=${own}`,
    `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=default=${peer}` ], { stdio: 'ignore' });
  process.on('exit', () => etcd.kill('SIGKILL'));
  await until(() => fetch(`${own}/health`).then(async r => (await r.text()).includes('true'), () => 'away'));
  const four = await serve('stock', 'four');
  await becomes('stock', '200 four');
  calling = false;
  await caller;
  same([ ...answers ].sort(), [ '200 one', '200 two' ]);
  await four.leave();
  await until(async () => (await call('stock')).startsWith('404') || (await call('stock')).startsWith('503') || call('stock'));
});

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
