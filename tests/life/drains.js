'use strict';

// Gateway A is told to stop under load, gateway B takes over. Callers that are told (by their registry, by READONLY) must lose nothing; what a
// Bolt caller loses that is not told is measured.

const { Directory, FramedCaller, HttpCaller, Tally, load, bolt, dubbo } = require('./callers');
const { Gateway, contracts, services, pause } = require('./gateway');
const net = require('net');
const path = require('path');

const first = { bolt: 13111, dubbo: 21811, http: 19111, admin: 19181 };
const second = { bolt: 13112, dubbo: 21812, http: 19112, admin: 19182 };

async function start({ binary, out, ports, running }, name, at, drainMs, announceMs) {
  const gateway = new Gateway(binary, path.join(out, name), name, at);
  running.push(gateway);
  gateway.write('services.yaml', services(ports, 100));
  gateway.write('contracts.yaml', contracts(''));
  gateway.write('bridgemesh.yaml', `id: ${name}
listeners:
  - { name: bolt, protocol: bolt, address: "127.0.0.1:${at.bolt}" }
  - { name: dubbo, protocol: dubbo, address: "127.0.0.1:${at.dubbo}" }
  - { name: http, protocol: http, address: "127.0.0.1:${at.http}" }
registries: [ { name: services, kind: file, path: services.yaml } ]
contracts: [contracts.yaml]
routes: [ { name: all, timeoutMs: 20000 } ]
admin: { address: "127.0.0.1:${at.admin}" }
drainMs: ${drainMs}
drainAnnounceMs: ${announceMs}
`);
  await gateway.start();
  return gateway;
}

/** Runs calls against A and then, when told so, against B; each phase lasts until so many calls were made in it. */
async function under(loads, tallies, during, phaseCalls) {
  let isOver = false;
  const running = loads.map(([ caller, service, tally, tasks ]) => load(caller, service, tally, tasks, () => !isOver));
  const after = async calls => {
    const wanted = tallies.map(t => t.made + calls);
    while (tallies.some((t, i) => t.made < wanted[i])) await pause(5);
  };
  await after(phaseCalls);
  await during();
  await after(phaseCalls);
  isOver = true;
  await Promise.all(running);
}

function loadsOf(callers) {
  const tallies = new Map();
  const loads = [];
  for (const [ label, caller ] of callers) {
    for (const callee of [ 'Bolt', 'Dubbo', 'Http' ]) {
      const name = `${label} to ${callee.toLowerCase()}`;
      if (!tallies.has(name)) tallies.set(name, new Tally(name));
      loads.push([ caller, `life.${callee}Echo`, tallies.get(name), 4 ]);
    }
  }
  return { loads, tallies: [ ...tallies.values() ] };
}

async function toldCallers(surroundings) {
  const { check, checkTally } = surroundings;
  const a = await start(surroundings, 'drain-a', first, 15_000, 1_000);
  const b = await start(surroundings, 'drain-b', second, 10_000, 0);
  const registry = new Directory([ a, b ]);

  // These are never told by a registry: READONLY or Connection: close alone moves them.
  const consumers = new Directory([ a, b ]);
  const callers = [
    [ 'drain: bolt, told by its registry', new FramedCaller(bolt, registry) ],
    [ 'drain: dubbo, told by READONLY', new FramedCaller(dubbo, consumers) ],
    [ 'drain: http, told by its registry', new HttpCaller(registry) ],
    [ 'drain: http, told by Connection: close', new HttpCaller(consumers, true) ],
  ];
  const { loads, tallies } = loadsOf(callers);
  let sawNotReady = false;
  let stillAccepted = false;
  let callsOfA;
  await under(loads, tallies, async () => {
    a.signal('SIGTERM');

    // The registry's health check: it drops a gateway that says it is not ready.
    for (let i = 0; i < 400 && !sawNotReady; i++) {
      sawNotReady = await a.ask('/readyz').then(answer => answer.status === 503, () => false);
      if (!sawNotReady) await pause(10);
    }
    stillAccepted = await new Promise(resolve => {
      const socket = net.connect(first.bolt, '127.0.0.1', () => resolve(socket.destroy() !== null));
      socket.on('error', () => resolve(false));
    });
    registry.withdraw(a);
    check(`drain: the gateway ends with ${await a.exit}`, await a.exit === 0);
    callsOfA = { ...a.calls };
  }, 600);
  for (const [ , caller ] of callers) caller.close();

  check('drain: /readyz says 503 while callers are still taken', sawNotReady && stillAccepted);
  for (const tally of tallies) checkTally(tally, 1_200);
  for (const kind of [ 'bolt', 'dubbo', 'http' ]) {
    check(`drain: ${kind} calls went on at the other gateway, ${callsOfA[kind]} before and ${b.calls[kind]} after`, callsOfA[kind] > 0 && b.calls[kind] > 0);
  }
  const errors = [ a, b ].flatMap(g => g.log().split('\n').filter(line => / (fail|crit): /.test(line)));
  check('drain: no errors logged', errors.length === 0, errors.slice(0, 5).join('\n'));
  return b;
}

/** Bolt has no go-away. What does a caller lose that nobody tells, and that reconnects once its connection is closed? */
async function untoldCaller(surroundings, b) {
  const { check } = surroundings;
  const a = await start(surroundings, 'drain-c', first, 2_000, 0);
  const directory = new Directory([ a, b ]);
  const caller = new FramedCaller(bolt, directory, false);
  const { loads, tallies } = loadsOf([ [ 'drain: bolt, not told', caller ] ]);
  let ended;
  await under(loads, tallies, async () => {
    const began = Date.now();
    a.signal('SIGTERM');
    check(`drain: the gateway ends with ${await a.exit} although a caller never rests`, await a.exit === 0);
    ended = Date.now() - began;
  }, 600);
  caller.close();
  const made = tallies.reduce((sum, t) => sum + t.made, 0);
  const failed = tallies.reduce((sum, t) => sum + t.failed, 0);
  const inFlight = loads.reduce((sum, l) => sum + l[3], 0);
  const why = tallies.flatMap(t => [ ...t.failures.keys() ]).filter((text, i, all) => all.indexOf(text) === i).join('; ');
  check(`drain: a bolt caller that is not told loses no more than it had in flight: measured ${failed} of ${made} calls lost, `
    + `${inFlight} in flight, the gateway ended after ${ended} ms`, failed <= inFlight, why);
}

/** The second signal waits for nobody. */
async function secondSignal(surroundings) {
  const { check } = surroundings;
  const a = await start(surroundings, 'drain-d', first, 60_000, 60_000);
  const caller = new FramedCaller(bolt, new Directory([ a ]));
  const slow = caller.call('life.BoltEcho', '<life one slow:30000 >').then(() => 'answered', error => error.message);
  while ((await a.ask('/status')).body.gateway.calls.inFlight === 0) await pause(10);
  const began = Date.now();
  a.signal('SIGTERM');
  while ((await a.ask('/readyz')).status !== 503) await pause(10);
  a.signal('SIGTERM');
  const code = await a.exit;
  check(`drain: a second SIGTERM ends it at once, with ${code} after ${Date.now() - began} ms`, code === 0 && Date.now() - began < 10_000);
  check(`drain: its call in flight is cut: ${await slow}`, await slow !== 'answered');
}

async function drains(surroundings) {
  const b = await toldCallers(surroundings);
  await untoldCaller(surroundings, b);
  await secondSignal(surroundings);
  b.signal('SIGTERM');
  surroundings.check('drain: the other gateway ends with 0', await b.exit === 0);
}

module.exports = { drains };
