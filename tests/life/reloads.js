'use strict';

// Calls in all nine directions while configuration and contracts change ten times; everything that can change does.

const { Directory, FramedCaller, HttpCaller, Tally, load, bolt, dubbo } = require('./callers');
const { Gateway, contracts, services, pause } = require('./gateway');
const path = require('path');

const rounds = 10;
const at = { bolt: 13101, dubbo: 21801, http: 19101, admin: 19171 };
const extraPort = 13102;

/** The configuration of a round: routes, registry, upstream, limits and listeners all differ from the one before. */
function configuration(round) {
  const extra = round % 2 ? `  - { name: extra${round}, protocol: bolt, address: "127.0.0.1:${extraPort}" }\n` : '';
  return `id: life-${round}
listeners:
  - { name: bolt, protocol: bolt, address: "127.0.0.1:${at.bolt}", maxInFlight: ${10_000 + round} }
  - { name: dubbo, protocol: dubbo, address: "127.0.0.1:${at.dubbo}", limits: { maxFrameBytes: ${(8 << 20) + round} } }
  - { name: http, protocol: http, address: "127.0.0.1:${at.http}", headTimeoutMs: ${30_000 + round}, credentials: ${round % 2 ? 'all' : 'http'} }
${extra}registries:
  - { name: services, kind: file, path: services-${round % 2}.yaml }
contracts: [contracts.yaml]
routes:
  - { name: round-${round}, timeoutMs: ${20_000 + round} }
upstream: { connectTimeoutMs: ${5_000 + round} }
admin: { address: "127.0.0.1:${at.admin}" }
drainMs: 10000
`;
}

async function inForce(gateway, round) {
  for (let attempt = 0; attempt < 400; attempt++) {
    const { body } = await gateway.ask('/status');
    const hasExtra = body.gateway.listeners.some(l => l.name === `extra${round}` && l.port === extraPort);
    if (body.gateway.routes[0] === `round-${round}` && body.gateway.contracts.includes(`life.Round${round}`)
      && hasExtra === (round % 2 === 1) && body.configuration.problems.length === 0 && body.configuration.needRestart.length === 0) {
      return true;
    }
    await pause(25);
  }
  return false;
}

async function reloads({ binary, out, ports, running, check, checkTally }, calls) {
  const gateway = new Gateway(binary, path.join(out, 'reloads'), 'life', at);
  running.push(gateway);
  gateway.write('services-0.yaml', services(ports, 100));
  gateway.write('services-1.yaml', services(ports, 50));
  gateway.write('contracts.yaml', contracts(''));
  gateway.write('bridgemesh.yaml', configuration(0));
  await gateway.start();

  const directory = new Directory([ gateway ]);
  const callers = [
    ...Array.from({ length: 2 }, () => new FramedCaller(bolt, directory)),
    ...Array.from({ length: 2 }, () => new FramedCaller(dubbo, directory)),
    new HttpCaller(directory),
  ];
  const tallies = [];
  const loads = [];
  const began = Date.now();
  let made = 0;
  let isOver = false;
  for (const caller of callers) {
    for (const callee of [ 'Bolt', 'Dubbo', 'Http' ]) {
      const name = `${caller.kind} to ${callee.toLowerCase()}`;
      let tally = tallies.find(t => t.name === name);
      if (!tally) tallies.push(tally = new Tally(name));
      const goesOn = () => !isOver && ++made > 0;
      loads.push(load(caller, `life.${callee}Echo`, tally, callee === 'Http' || caller.kind === 'http' ? 4 : 8, goesOn));
    }
  }

  let reloaded = 0;
  for (let round = 1; round <= rounds; round++) {
    while (made < calls * round / (rounds + 1)) await pause(5);
    gateway.write('contracts.yaml', contracts(`life.Round${round}`));
    gateway.write('bridgemesh.yaml', configuration(round));
    if (round % 3 === 0) gateway.signal('SIGHUP');
    if (await inForce(gateway, round)) reloaded++;
    if (round === 5) await badReload(gateway, round, check);
  }
  while (made < calls) await pause(5);
  isOver = true;
  await Promise.all(loads);
  for (const caller of callers) caller.close();

  for (const tally of tallies) checkTally(tally, calls / 100);
  const total = tallies.reduce((sum, tally) => sum + tally.made, 0);
  const failures = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  check(`${reloaded} of ${rounds} reloads in force`, reloaded === rounds);
  check(`${failures} of ${total} calls failed across ${rounds} reloads in ${((Date.now() - began) / 1000).toFixed(1)} s`, failures === 0 && total >= calls);
  const { body } = await gateway.ask('/status');
  const lanes = body.gateway.calls.byLane;
  check(`lanes: ${JSON.stringify(lanes)}`, lanes.Forward > calls / 20 && lanes.Translate > calls / 20);
  gateway.signal('SIGTERM');
  const code = await gateway.exit;
  check(`the gateway ends with ${code}`, code === 0);
  const errors = gateway.log().split('\n').filter(line => / (fail|crit): /.test(line));
  const expected = errors.filter(line => /unknown protocol 'blot'|has 1 problems/.test(line));
  check(`${expected.length} errors logged, those of the bad reload`, expected.length >= 2 && errors.length === expected.length, errors.slice(0, 5).join('\n'));
}

/** A configuration with a fault changes nothing and says why; the next good one is taken. */
async function badReload(gateway, round, check) {
  gateway.write('bridgemesh.yaml', configuration(round + 50).replace('protocol: bolt', 'protocol: blot'));
  let body;
  for (let attempt = 0; attempt < 400; attempt++) {
    ({ body } = await gateway.ask('/status'));
    if (body.configuration.problems.length > 0) break;
    await pause(25);
  }
  check('a bad reload keeps the last good configuration and says why',
    body.configuration.problems.some(p => p.message.includes('blot')) && body.gateway.routes[0] === `round-${round}` && body.gateway.ready);
}

module.exports = { reloads };
