'use strict';

// What the three clients have in common: the command line, running cases, and one JSON line per case:
//   { case, ok, why, value, typed, error, ms, metadata }
// ok says that the caller got what cases.js expects; value is in the canonical form of values.js; typed is the reply as it was on
// the wire. With --interactive, case names are read from standard input, one per line.

const readline = require('readline');
const commandLine = require('./command-line');
const contract = require('./contract');
const { cases, named } = require('../cases');
const { CaseRunner } = require('./case-runner');

function usageOf({ script, target, service, options = {} }) {
  const extra = Object.keys(options).map(name => ` [--${name}${options[name] === false ? '' : ' ' + options[name]}]`).join('');
  return `${script} [--target ${target}] [--service ${service}] [--case NAME | --cases all | --interactive] [--direct]${extra}
  cases: ${cases.map(one => one.name).join(' ')}`;
}

exports.clientMain = async client => {
  const args = commandLine.read({
    target: client.target, service: client.service, case: '', cases: '', interactive: false, direct: false, ...client.options,
  }, usageOf(client));
  const service = contract.service(args.service);
  const adapter = await client.create({
    target: args.target,
    binding: args.binding,
    direct: args.direct,
    json: args.json,
    protocol: args.protocol,
    services: CaseRunner.services(service),
  });
  const runner = new CaseRunner(client, adapter, { service, target: args.target, binding: args.binding, direct: args.direct });

  if (args.curl) {
    for (const one of cases.filter(c => c.method && !c.kind && c.service !== 'corner')) {
      console.log(adapter.curl({ service, method: service.methods[one.method], args: one.args, metadata: one.metadata }));
    }
  } else if (args.interactive) {
    for await (const line of readline.createInterface({ input: process.stdin })) {
      if (line.trim()) print(await runner.run(named(line.trim()) || { name: line.trim(), kind: 'no-such-case' }));
    }
  } else {
    const chosen = args.case ? args.case.split(',').map(name => named(name) || { name, kind: 'no-such-case' }) : runner.cases();
    for (const one of chosen) {
      const result = await runner.run(one);
      print(result);
      if (!result.ok) process.exitCode = 1;
    }
  }
  await adapter.close();
  // Some of the libraries keep timers and retrying sockets; nothing is in flight any more.
  process.stdout.write('', () => process.exit());
};

function print(result) {
  process.stdout.write(`${JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? value.toString() : value))}\n`);
}
