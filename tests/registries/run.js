'use strict';

// Services and callers of four worlds, each of which knows its own registry alone, through the shipped binary: every world calls every other; how long
// it takes until a new provider is called and a killed one is not; and what stays right while the gateway or ZooKeeper dies.
// usage: node run.js BRIDGEMESH_BINARY OUT_DIRECTORY [STAGE...]     Writes results.json there; ends with "N passed, N failed".

const fs = require('fs');
const path = require('path');
const { Caller, Program, Provider, node, pause, startEtcd, startZooKeeper, stopAll, until } = require('./programs');
const { callerOf, further, names, pairs, ports, providerOf, worlds } = require('./worlds');
const published = require('./published')(node);

const [ binary, out, ...wanted ] = process.argv.slice(2);
const admin = 'http://127.0.0.1:18172';
const results = { matrix: [], further: [], registration: [], kill: [], checks: [] };

/** Values of every kind, an exception, a wrong call, many at a time and metadata: what each pair must carry. */
const cases = [
  'greet', 'greet-emoji', 'numbers', 'add', 'price-large', 'place', 'place-sparse', 'get', 'find', 'find-none', 'page', 'stock', 'nothing', 'blob', 'bytes',
  'concurrent', 'fail-business', 'unknown-method', 'whoami',
];
/** What these libraries can carry without losing types of their own. */
const fewCases = [ 'greet', 'greet-emoji', 'add', 'place', 'get' ];
/** What the facades of a world's service are called in other worlds' registries. */
const facadeOf = { dubbo: /dubbo-?order/i, sofa: /bolt-?order/i, spring: /HttpOrder/, mesh: /grpc-?order/i };
const registrationRounds = 6; // of each callee
const killRounds = 5; // of each callee

let passed = 0;
let failed = 0;

async function check(name, run) {
  const started = Date.now();
  try {
    const told = await run();
    passed++;
    results.checks.push({ name, ok: true });
    console.log(`ok      ${name} (${Date.now() - started} ms)${told ? `: ${told}` : ''}`);
  } catch (wrong) {
    failed++;
    results.checks.push({ name, ok: false, why: wrong.message });
    console.log(`FAILED  ${name}: ${wrong.message}`);
  }
}

/** The samples' contracts, with greet as what may be done twice: what of it a kill cuts off goes to the next provider. */
function writeContracts() {
  const from = path.join(node, '..', 'contracts');
  const to = path.join(out, 'contracts');
  fs.mkdirSync(to);
  for (const file of fs.readdirSync(from).filter(name => name.endsWith('.yaml'))) {
    fs.writeFileSync(path.join(to, file), fs.readFileSync(path.join(from, file), 'utf8').replace(/^( +)greet:\n/gm, '$&$1  idempotent: true\n'));
  }
}

const startGateway = async () => {
  const program = new Program(out, 'gateway', binary, [ 'run', '--config', path.join(__dirname, 'bridgemesh.yaml'), '--set', `state.path=${out}/state`,
    '--set', `contracts=["${out}/contracts/*.yaml"]` ]);
  await until('the gateway is ready', 30000, async () => (await fetch(`${admin}/readyz`)).ok);
  return program;
};

/** Each pair of worlds, every case, with no address but the caller's own registry's. */
async function matrix(callers) {
  await Promise.all(pairs.map(pair => check(`${pair.caller} finds ${pair.callee}`, () => callers.get(pair).awaitGood(60000).then(() => undefined))));
  for (const pair of pairs) {
    const ran = [];
    for (const name of cases) ran.push(await callers.get(pair).ask(name));
    results.matrix.push(...ran.map(({ case: name, ok, why }) => ({ ...pair, case: name, ok, why })));
    const bad = ran.filter(result => !result.ok);
    passed += ran.length - bad.length;
    failed += bad.length;
    console.log(`${bad.length ? 'FAILED  ' : 'ok      '}${pair.caller} → ${pair.callee}: ${ran.length - bad.length} of ${ran.length}`);
    for (const result of bad) console.log(`          ${result.case}: ${String(result.why).slice(0, 300)}`);
  }
}

/** Further libraries call what the Dubbo world finds. */
async function others() {
  for (const [ library, script ] of Object.entries(further)) {
    for (const { callee } of pairs.filter(pair => pair.caller === 'dubbo')) {
      const [ , args ] = callerOf('dubbo', callee);
      const caller = new Caller(out, `${script}-${callee}`, script, args);
      await check(`${library} finds ${callee}`, async () => {
        await caller.awaitGood(30000);
        const ran = [];
        for (const name of fewCases) ran.push(await caller.ask(name));
        results.further.push(...ran.map(({ case: name, ok, why }) => ({ library, callee, case: name, ok, why })));
        const bad = ran.find(result => !result.ok);
        if (bad) throw new Error(`${bad.case}: ${bad.why}`);
        return `${ran.length} cases`;
      });
      await caller.program.end('SIGKILL');
    }
  }
}

/** From the moment a provider is told to register to the first call from another world that is answered. The one before it has signed off and ended. */
async function registration(callers, providers) {
  const rounds = names.flatMap(callee => Array.from({ length: registrationRounds }, (_, i) => ({ callee, round: i + 1 })));
  const spare = ({ callee, round }) => new Provider(out, `${callee}-again-${round}`, ...providerOf(callee, 9 + round, true));
  let next = spare(rounds[0]);
  for (const [ i, { callee, round } ] of rounds.entries()) {
    const fresh = next;
    await fresh.ready;
    const from = pairs.filter(pair => pair.callee === callee);
    const pair = from[round % from.length];
    const caller = callers.get(pair);
    await check(`${callee} comes back for ${pair.caller}, round ${round}`, async () => {
      await providers[callee].tell('leave');
      await providers[callee].program.end('SIGTERM');
      await until('the facades go', 30000, async () => !(await published.all(ports)).some(entry => facadeOf[callee].test(entry)));
      const joined = Date.now();
      providers[callee] = fresh;
      const answered = fresh.tell('join');
      await caller.awaitGood(30000);
      const ms = Date.now() - joined;
      await answered;
      results.registration.push({ ...pair, ms });
      return `${ms} ms`;
    });
    next = i + 1 < rounds.length ? spare(rounds[i + 1]) : null;
  }
}

/** A second provider is killed under calls from another world. */
async function kill(callers) {
  const rounds = names.flatMap(callee => Array.from({ length: killRounds }, (_, round) => ({ callee, number: round + 1 })));
  const spare = ({ callee, number }) => new Provider(out, `${callee}-${number}`, ...providerOf(callee, number));
  let next = spare(rounds[0]);
  for (const [ i, { callee, number } ] of rounds.entries()) {
    const provider = next;
    await provider.ready;
    next = i + 1 < rounds.length ? spare(rounds[i + 1]) : null;
    const from = pairs.filter(pair => pair.callee === callee);
    const pair = from[i % from.length];
    await check(`${callee}'s second provider is killed under calls from ${pair.caller}, round ${number}`, async () => {
      const port = worlds[callee].port + number;
      await until('the gateway knows it', 10000, async () => (await (await fetch(`${admin}/status`)).text()).includes(`127.0.0.1:${port}`));
      const load = callers.get(pair).load();
      const before = load.count();
      await until('calls run', 5000, () => load.count() > before + 20);
      const killed = Date.now();
      await provider.program.end('SIGKILL');
      await pause(700);
      const { calls, failures } = await load.stop();
      const last = failures.length ? failures[failures.length - 1].at - killed : 0;
      results.kill.push({ ...pair, ms: Math.max(0, last), failures: failures.length, calls });
      if (failures.length) throw new Error(`${failures.length} of ${calls} calls failed, the last after ${last} ms: ${failures[0].why}`);
      return `${calls} calls`;
    });
  }
}

const once = entries => {
  const twice = entries.filter((entry, i) => entries.indexOf(entry) !== i);
  if (twice.length) throw new Error(`registered twice: ${twice.join(', ')}`);
  return entries.length;
};

/** Dies and is back; ends and leaves nothing. */
async function restarts(callers, gateway) {
  const before = await published.all(ports);
  await check('every facade stands in its registry once', () => { if (once(before) !== 12) throw new Error(`there are ${before.length}: ${before.join(', ')}`); });
  let current = gateway;
  for (const signal of [ 'SIGKILL', 'SIGTERM' ]) {
    await current.end(signal);
    if (signal === 'SIGTERM') {
      await check('nothing of the gateway stays after a clean stop', async () => {
        const left = await published.all({ ...ports, eureka: 0 });
        if (left.length) throw new Error(left.join(', '));
      });
    }
    current = await startGateway();
    await check(`callers go on after the gateway's ${signal}`, async () => {
      await Promise.all(pairs.map(pair => callers.get(pair).awaitGood(60000)));
    });
    await check(`no facade is doubled or missing after ${signal}`, () => until('the same are there', 10000, async () => {
      const after = await published.all(ports);
      once(after);
      if (after.join() !== before.join()) throw new Error(`${after.filter(e => !before.includes(e)).join(', ')} are new, ${before.filter(e => !after.includes(e)).join(', ')} have gone`);
      return true;
    }).then(() => undefined));
  }
  return current;
}

/** ZooKeeper dies and comes back while a Dubbo consumer, which found its service there, calls; the gateway's own entries come back. */
async function outage(callers, zookeeper) {
  const before = await published.all(ports);
  const loads = [ { caller: 'dubbo', callee: 'spring' }, { caller: 'sofa', callee: 'mesh' } ].map(wish => {
    const pair = pairs.find(one => one.caller === wish.caller && one.callee === wish.callee);
    return { pair, load: callers.get(pair).load() };
  });
  let calls = 0;
  await zookeeper.end('SIGKILL');
  await pause(2000);
  await startZooKeeper(out, ports.zookeeper);
  await check('the gateway\'s entries are there after ZooKeeper\'s restart, once', () => until('they are', 30000, async () => {
    const after = await published.all(ports);
    once(after);
    return after.join() === before.join();
  }).then(() => undefined));
  await pause(1000);
  await check('no call fails while ZooKeeper is away', async () => {
    const failures = [];
    for (const { load } of loads) {
      const ended = await load.stop();
      calls += ended.calls;
      failures.push(...ended.failures);
    }
    if (failures.length) throw new Error(`${failures.length} of ${calls}: ${failures[0].why}`);
    return `${calls} calls`;
  });
}

async function main() {
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
  writeContracts();
  const [ zookeeper ] = await Promise.all([ startZooKeeper(out, ports.zookeeper), startEtcd(out, ports.etcd) ]);
  let gateway = await startGateway();
  const providers = {};
  for (const name of names) providers[name] = new Provider(out, name, ...providerOf(name));
  await Promise.all(names.map(name => providers[name].ready));
  await until('all facades stand', 20000, async () => (await published.all(ports)).length === 12).catch(error => console.log(error.message));
  const callers = new Map(pairs.map(pair => [ pair, new Caller(out, `${pair.caller}-calls-${pair.callee}`, ...callerOf(pair.caller, pair.callee)) ]));
  const stages = {
    matrix: () => matrix(callers),
    further: others,
    registration: () => registration(callers, providers),
    kill: () => kill(callers),
    outage: () => outage(callers, zookeeper),
    restarts: async () => { gateway = await restarts(callers, gateway); },
  };
  for (const [ name, run ] of Object.entries(stages)) {
    if (wanted.length && !wanted.includes(name)) continue;
    const started = Date.now();
    await run();
    console.log(`-- ${name}: ${Math.round((Date.now() - started) / 1000)} s`);
  }
  await gateway.end('SIGTERM');
}

// Out of time: nothing that was started here stays.
for (const signal of [ 'SIGINT', 'SIGTERM' ]) process.once(signal, () => stopAll().then(() => process.exit(1)));

main().catch(error => {
  failed++;
  console.log(`FAILED  ${error.stack}`);
}).finally(async () => {
  await stopAll();
  fs.writeFileSync(path.join(out, 'results.json'), JSON.stringify({ ...results, passed, failed }, null, 2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
});
