'use strict';

// What the three clients have in common: the command line, running cases, and one JSON line per case:
//   { case, ok, why, value, typed, error, ms, metadata }
// ok says that the caller got what cases.js expects; value is in the canonical form of values.js; typed is the reply as it was on
// the wire. With --interactive, case names are read from standard input, one per line.

const readline = require('readline');
const commandLine = require('./command-line');
const contract = require('./contract');
const { cases, named, concurrentCalls } = require('../cases');
const { checkError, checkReply, checkValue } = require('./expect');
const generic = require('./generic');
const { canonical, fromHessian } = require('./values');

const unknownMethod = { name: 'noSuchMethod', parameters: [], returns: { kind: 'void' }, http: { verb: 'GET', path: '/no-such-path' } };
const unknownService = { name: 'com.acme.order.NoSuchService', version: '1.0.0', prefix: '/no-such-service' };

function usageOf({ script, target, service, options = {} }) {
  const extra = Object.keys(options).map(name => ` [--${name}${options[name] === false ? '' : ' ' + options[name]}]`).join('');
  return `${script} [--target ${target}] [--service ${service}] [--case NAME | --cases all | --interactive]${extra}
  cases: ${cases.map(one => one.name).join(' ')}`;
}

exports.clientMain = async client => {
  const args = commandLine.read({
    target: client.target, service: client.service, case: '', cases: '', interactive: false, ...client.options,
  }, usageOf(client));
  const service = contract.service(args.service);
  const methods = [ ...Object.keys(service.methods), unknownMethod.name, generic.method.name, '$echo' ];
  const adapter = await client.create({
    target: args.target,
    binding: args.binding,
    services: [ { service, methods }, { service: unknownService, methods: [ 'greet' ] } ],
  });
  const runner = new Runner(client, adapter, service);

  if (args.curl) {
    for (const one of cases.filter(c => c.method && !c.kind)) {
      console.log(adapter.curl({ service, method: service.methods[one.method], args: one.args, metadata: one.metadata }));
    }
  } else if (args.interactive) {
    for await (const line of readline.createInterface({ input: process.stdin })) {
      if (line.trim()) print(await runner.run(named(line.trim()) || { name: line.trim(), kind: 'no-such-case' }));
    }
  } else {
    const all = cases.filter(one => !one.callers || one.callers.includes(client.kind));
    const chosen = args.case ? args.case.split(',').map(name => named(name) || { name, kind: 'no-such-case' }) : all;
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

class Runner {
  constructor(client, adapter, service) {
    this.client = client;
    this.adapter = adapter;
    this.service = service;
  }

  async run(one) {
    const started = process.hrtime.bigint();
    let result;
    try {
      result = await this[one.kind || 'call'](one);
    } catch (error) {
      result = { ok: false, why: error.stack };
    }
    const ms = Number(process.hrtime.bigint() - started) / 1e6;
    return { case: one.name, ...result, ms: Math.round(ms * 100) / 100 };
  }

  /** One call; adds the decoded neutral value to the adapter's answer. */
  async invoke({ service = this.service, method, args = {}, values, metadata, timeoutMs, reversed }) {
    const answer = await this.adapter.call({ service, method, args, values, metadata, timeoutMs, reversed });
    if (answer.error) return answer;
    const decode = this.adapter.decode || ((reply, type) => fromHessian(reply.raw, type));
    return { ...answer, decoded: decode(answer, method.returns) };
  }

  async call(one) {
    const method = this.service.methods[one.method];
    const answer = await this.invoke({ method, args: one.args, metadata: one.metadata, timeoutMs: one.timeoutMs, reversed: one.reversed });
    const shown = { typed: answer.typed, metadata: answer.metadata };
    if (answer.error) {
      const why = one.error ? checkError(this.client.kind, answer.error, one.error) : `failed: ${answer.error.message}`;
      return { ok: !why, why, error: answer.error, ...shown };
    }
    const value = canonical(answer.decoded, method.returns);
    const why = one.error ? 'succeeded, but must fail' : checkValue(value, canonical(one.value, method.returns))
      || checkReply(this.client.kind, answer, one.value, method.returns);
    return { ok: !why, why, value, ...shown };
  }

  /** Dubbo's generic invocation: the same call by names and maps. */
  async generic(one) {
    const method = this.service.methods[one.method];
    const answer = await this.invoke({ method: generic.method, values: generic.values(method, one.args), metadata: { generic: 'true' } });
    const shown = { typed: answer.typed, metadata: answer.metadata };
    if (answer.error) return { ok: false, why: `failed: ${answer.error.message}`, error: answer.error, ...shown };
    const value = canonical(generic.realize(answer.raw, method.returns), method.returns);
    const why = checkValue(value, canonical(one.value, method.returns))
      || checkValue(answer.raw.class, method.returns.name) || checkValue(answer.typed.result.t, 'map');
    return { ok: !why, why, value, ...shown };
  }

  async echo(one) {
    const method = { name: '$echo', returns: { kind: 'string' } };
    const answer = await this.invoke({ method, values: [ { $class: 'java.lang.Object', $: one.value } ] });
    const why = answer.error ? `failed: ${answer.error.message}` : checkValue(answer.decoded, one.value);
    return { ok: !why, why, value: answer.decoded, typed: answer.typed, metadata: answer.metadata };
  }

  async timeout(one) {
    const started = Date.now();
    const answer = await this.invoke({ method: this.service.methods[one.method], args: one.args, timeoutMs: one.timeoutMs });
    const took = Date.now() - started;
    if (!answer.error) return { ok: false, why: 'succeeded, but must time out', value: answer.decoded };
    const after = await this.call(named('greet'));
    const why = took > one.withinMs ? `gave up after ${took} ms` : after.ok ? undefined : `the next call: ${after.why}`;
    return { ok: !why, why, error: answer.error, gaveUpMs: took, value: after.value, metadata: answer.metadata };
  }

  async concurrent(one) {
    const calls = concurrentCalls(one.count);
    const problems = await Promise.all(calls.map(async (call, i) => {
      const method = this.service.methods[call.method];
      const answer = await this.invoke({ method, args: call.args });
      if (answer.error) return `call ${i}: ${answer.error.message}`;
      const why = checkValue(canonical(answer.decoded, method.returns), canonical(call.value, method.returns));
      return why && `call ${i}: ${why}`;
    }));
    const why = problems.filter(Boolean).join('; ') || undefined;
    return { ok: !why, why, value: `${problems.filter(problem => !problem).length} of ${one.count} answers right` };
  }

  async 'unknown-method'(one) {
    const answer = await this.invoke({ method: unknownMethod });
    const why = answer.error ? checkError(this.client.kind, answer.error, one.error) : 'succeeded, but must fail';
    return { ok: !why, why, error: answer.error, metadata: answer.metadata };
  }

  async 'unknown-service'(one) {
    const answer = await this.invoke({ service: unknownService, method: this.service.methods.greet, args: { name: 'x' } });
    const why = answer.error ? checkError(this.client.kind, answer.error, one.error) : 'succeeded, but must fail';
    return { ok: !why, why, error: answer.error, metadata: answer.metadata };
  }

  async 'no-such-case'() {
    return { ok: false, why: 'no such case' };
  }
}
