// eureka-js-client as services and as a consumer of the gateways' embedded servers: every check waits for what it checks, up to 10 s.
// usage: peers.mjs life | failover PID     Ends with "N passed, N failed". PID is the first gateway's: it is stopped.
import http from 'node:http';
import { once } from 'node:events';
import { createRequire } from 'node:module';

const { Eureka } = createRequire(import.meta.url)('eureka-js-client');
const [ mode, pid ] = process.argv.slice(2);
const quiet = { warn() {}, info() {}, debug() {}, error() {} };
const servers = [ 18761, 18762 ];
const gateways = { one: 18060, two: 18062, client: 18064 };
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
  for (let i = 0; i < 200; i++) {
    last = await condition();
    if (last === true) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`still ${JSON.stringify(last)}`);
}

/** A service over HTTP that answers with its name. */
async function serve(name) {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(`${name} ${request.method} ${request.url}`));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function client(app, port, eureka = {}, instance = {}) {
  return new Eureka({
    logger: quiet,
    shouldUseDelta: eureka.shouldUseDelta,
    instance: {
      app, instanceId: `127.0.0.1:${app}:${port}`, hostName: '127.0.0.1', ipAddr: '127.0.0.1', vipAddress: app,
      port: { $: port, '@enabled': 'true' },
      dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
      leaseInfo: { renewalIntervalInSecs: 1, durationInSecs: 3 },
      ...instance,
    },
    eureka: {
      host: '127.0.0.1', port: servers[0], servicePath: '/eureka/apps/', heartbeatInterval: 500, registryFetchInterval: 200,
      maxRetries: 2, requestRetryDelay: 100, ...eureka,
    },
  });
}

const start = c => new Promise((resolve, reject) => c.start(error => (error ? reject(error) : resolve())));
const stop = c => new Promise((resolve, reject) => c.stop(error => (error ? reject(error) : resolve())));

async function call(gateway, service) {
  const response = await fetch(`http://127.0.0.1:${gateways[gateway]}/${service}/greet`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: '["Ada"]',
  });
  return `${response.status} ${response.ok ? await response.json() : ''}`.trim();
}

async function rest(method, path, port = servers[0]) {
  const response = await fetch(`http://127.0.0.1:${port}/eureka${path}`, { method, headers: { accept: 'application/json' } });
  return { status: response.status, text: await response.text() };
}

const listed = (port, id) => rest('GET', '/apps', port).then(answer => answer.text.includes(`"${id}"`));
const ports = (consumer, vip) => consumer.getInstancesByVipAddress(vip).map(i => i.port.$).sort();
const reaches = (gateway, service) => until(async () => {
  const answer = await call(gateway, service);
  return answer === `200 ${service} POST /${service}/greet` || answer;
});
const fails = (gateway, service) => until(async () => {
  const answer = await call(gateway, service);
  return /^(404|503)/.test(answer) || answer;
});

async function life() {
  const orders = await serve('orders');
  const stock = await serve('stock');
  const port = orders.address().port;
  const id = `127.0.0.1:orders:${port}`;
  const provider = client('orders', port, { fetchRegistry: false });
  const full = client('shop', 1, { registerWithEureka: false });
  const byDelta = client('shop', 1, { registerWithEureka: false, shouldUseDelta: true });
  const other = client('stock', stock.address().port, { fetchRegistry: false, port: servers[1] });

  await check('a service registers, and is called through the gateway whose server it is', async () => {
    await start(provider);
    await reaches('one', 'orders');
  });
  await check('a gateway that is a client of the server calls it', () => reaches('client', 'orders'));
  await check('the peer has heard of it', () => reaches('two', 'orders'));
  await check('a consumer discovers it, by everything and by deltas', async () => {
    await Promise.all([ start(full), start(byDelta) ]);
    await until(() => [ full, byDelta ].every(c => ports(c, 'orders').includes(port)) || ports(full, 'orders'));
  });
  await check('what registers at the peer is discovered here', async () => {
    await start(other);
    await until(() => [ full, byDelta ].every(c => ports(c, 'stock').length === 1) || ports(full, 'stock'));
    await reaches('one', 'stock');
  });
  await check('renewals keep it beyond its lease of 3 s', async () => {
    for (let i = 0; i < 10; i++) await once(provider, 'heartbeat');
    if (!await listed(servers[0], id) || !await listed(servers[1], id)) throw new Error('it is gone');
  });
  await check('an operator takes it out of service, and puts it back', async () => {
    await rest('PUT', `/apps/ORDERS/${id}/status?value=OUT_OF_SERVICE`);
    await until(() => ports(full, 'orders').length === 0 || ports(full, 'orders'));
    await Promise.all([ fails('one', 'orders'), fails('two', 'orders'), fails('client', 'orders') ]);
    await rest('DELETE', `/apps/ORDERS/${id}/status?value=UP`);
    await until(() => ports(full, 'orders').length === 1 || ports(full, 'orders'));
    await Promise.all([ reaches('one', 'orders'), reaches('two', 'orders'), reaches('client', 'orders') ]);
  });
  await check('a server that forgot it is told anew', async () => {
    await rest('DELETE', `/apps/ORDERS/${id}`);
    await once(provider, 'registered');
    await reaches('one', 'orders');
    await reaches('two', 'orders');
  });
  await check('it leaves, and is gone everywhere', async () => {
    await stop(provider);
    await Promise.all([ fails('one', 'orders'), fails('two', 'orders'), fails('client', 'orders') ]);
    await until(() => [ full, byDelta ].every(c => ports(c, 'orders').length === 0) || ports(byDelta, 'orders'));
  });
  await check('one that dies is given up after its lease', async () => {
    clearInterval(other.heartbeat);
    stock.close();
    await until(async () => !await listed(servers[0], other.instanceId) && !await listed(servers[1], other.instanceId));
    await fails('client', 'stock');
  });
  await Promise.all([ stop(full), stop(byDelta) ]);
  orders.close();
}

async function failover() {
  const orders = await serve('orders');
  const provider = client('orders', orders.address().port, {
    fetchRegistry: false,
    serviceUrls: { default: servers.map(port => `http://127.0.0.1:${port}/eureka/apps/`) },
  });
  await check('a service that knows both servers is called through a gateway that knows both', async () => {
    await start(provider);
    await reaches('client', 'orders');

    // Servers tell each other in batches: one that stops before has told nobody.
    await until(() => listed(servers[1], provider.instanceId));
  });
  await check('no call fails while the first server stops, nor after its leases would have ended', async () => {
    process.kill(Number(pid), 'SIGTERM');
    const end = Date.now() + 5000;
    let calls = 0;
    for (; Date.now() < end; calls++) {
      const answer = await call('client', 'orders');
      if (!answer.startsWith('200')) throw new Error(`call ${calls}: ${answer}`);
    }
    if (!await listed(servers[1], provider.instanceId)) throw new Error('the second server has given it up');
    console.log(`   ${calls} calls`);
  });
  await check('it leaves the second server', async () => {
    await stop(provider);
    await fails('client', 'orders');
  });
  orders.close();
}

await (mode === 'life' ? life() : failover());
console.log(`${passed} passed, ${failed} failed`);
process.exit(0);
