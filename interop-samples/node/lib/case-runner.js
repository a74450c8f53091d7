'use strict';

// Runs one case on the caller's side: makes the call or calls with the caller's library and says what is wrong with what came back.
// Every kind of case is a method: call is the plain one.

const contract = require('./contract');
const { applies, cases, named, concurrentCalls } = require('../cases');
const { cellOf, inCell, isTyped } = require('./cell');
const { checkError, checkReply, checkValue } = require('./expect');
const { FramePlayer } = require('./frame-player');
const generic = require('./generic');
const recordings = require('./recordings');
const requestFrames = require('./request-frames');
const { canonical, fromHessian } = require('./values');

const unknownMethod = {
  key: 'noSuchMethod', name: 'noSuchMethod', parameters: [], returns: { kind: 'void' }, http: { verb: 'GET', path: '/no-such-path' },
};
const unknownService = { name: 'com.acme.order.NoSuchService', version: '1.0.0', prefix: '/no-such-service' };

class CaseRunner {
  constructor(client, adapter, { service, target, binding, direct }) {
    this.client = client;
    this.adapter = adapter;
    this.service = service;
    this.corners = contract.cornersOf(service.name);
    this.target = target;
    this.cell = cellOf({ caller: client.kind, service: service.name, binding, direct });
  }

  /** Every service that a case may call, with its methods' names. */
  static services(service) {
    const methods = one => [ ...Object.keys(contract.overloads(one)), unknownMethod.name, generic.method.name, '$echo' ];
    return [ ...[ service, contract.cornersOf(service.name), contract.streamsOf(service.name) ].filter(Boolean).map(one => ({ service: one, methods: methods(one) })),
      { service: unknownService, methods: [ 'greet' ] } ];
  }

  /** The cases that this caller can make of this callee. */
  cases() {
    const hasCorners = this.corners && this.client.kind !== 'ledger';
    return cases.filter(one => applies(one, this.cell) && (one.service !== 'corner' || hasCorners));
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

  serviceOf(one) {
    return one.service === 'corner' ? this.corners : this.service;
  }

  /** One call; adds the decoded neutral value to the adapter's answer. */
  async invoke({ service = this.service, ...call }) {
    const answer = await this.adapter.call({ service, args: {}, ...call });
    if (answer.error) return answer;
    const decode = this.adapter.decode || ((reply, type) => fromHessian(reply.raw, type));
    return { ...answer, decoded: decode(answer, call.method.returns) };
  }

  async call(one) {
    const service = this.serviceOf(one);
    const method = service.methods[one.method];
    const args = inCell(one.args, this.cell);
    const answer = await this.invoke({
      service, method, args, timeoutMs: one.timeoutMs, reversed: one.reversed,
      metadata: inCell(one.metadata, this.cell), values: one.values && one.values(this.cell),
      request: one.request && one.request(service, method, this.cell.binding), transport: one.transport, properties: one.properties,
      tellTime: one.tellTime,
    });
    const result = this.judge(one, answer, method);
    if (!result.ok || !one.thenAgain) return result;
    const after = await this.call(named('greet'));
    return after.ok ? result : { ...result, ok: false, why: `the next call: ${after.why}` };
  }

  judge(one, answer, method) {
    const shown = { typed: answer.typed, metadata: answer.metadata };
    const error = inCell(one.error, this.cell);
    if (answer.error) {
      const why = error ? checkError(this.cell, answer.error, error, answer.typed) : `failed: ${answer.error.message}`;
      return { ok: !why, why, error: answer.error, ...shown };
    }
    const value = canonical(answer.decoded, method.returns);
    if (error) return { ok: false, why: 'succeeded, but must fail', value, ...shown };
    const expected = inCell(one.value, this.cell);
    const why = checkValue(value, canonical(expected, method.returns))
      || checkReply(this.client.kind, answer, expected, method.returns, one.identity && isTyped(this.cell.kind))
      || (one.reply && one.reply(answer, this.cell));
    return { ok: !why, why, value, ...shown };
  }

  /** Dubbo's generic invocation: the same call by names and maps, descriptors or JSON. */
  async generic(one) {
    const method = this.service.methods[one.method];
    const { mode } = one;
    const answer = await this.invoke({ method: generic.method, values: generic.values(method, one.args, mode), metadata: { generic: mode } });
    const shown = { typed: answer.typed, metadata: answer.metadata };
    if (answer.error) return { ok: false, why: `failed: ${answer.error.message}`, error: answer.error, ...shown };
    const value = canonical(generic.result(answer.raw, method.returns, mode), method.returns);
    const why = checkValue(value, canonical(one.value, method.returns)) || this.genericForm(one, answer.typed.result, method.returns);
    return { ok: !why, why, value, ...shown };
  }

  /** A map with a class key, a descriptor, or the object itself. */
  genericForm({ mode, value }, view, type) {
    if (mode === 'raw.return') return checkReply('dubbo', { typed: { result: view } }, value, type);
    if (mode === 'bean') return checkValue(view.class, 'org.apache.dubbo.common.beanutil.JavaBeanDescriptor');
    const className = view.t === 'map' && view.entries.find(([ key ]) => key.v === 'class');
    return checkValue(className && className[1].v, type.name);
  }

  async echo(one) {
    const method = { key: '$echo', name: '$echo', returns: { kind: 'string' } };
    const answer = await this.invoke({ method, values: [ { $class: 'java.lang.Object', $: one.value } ] });
    const why = answer.error ? `failed: ${answer.error.message}` : checkValue(answer.decoded, one.value);
    return { ok: !why, why, value: answer.decoded, typed: answer.typed, metadata: answer.metadata };
  }

  /** A call whose frame the library's encoder makes but its client does not send: header is beside the library's own. */
  async frame(one) {
    const service = this.serviceOf(one);
    const method = service.methods[one.method];
    return this.withPlayer(async (player, frames) => {
      const typed = frames.viewReply(await player.call(requestFrames[this.client.kind]({ service, method, args: one.args, header: one.header })));
      const failed = typed.isError || typed.errorMessage || typed.status !== { bolt: 0, dubbo: 20 }[this.client.kind];
      const why = failed ? `failed: ${JSON.stringify(typed.errorMessage || typed.result || typed.body).slice(0, 400)}`
        : checkReply(this.client.kind, { typed }, one.value, method.returns);
      return { ok: !why, why, typed, metadata: {} };
    });
  }

  /** One-way calls, one of which fails at the callee: nothing comes back, and the connection serves the call behind them. */
  async oneway(one) {
    const service = this.serviceOf(one);
    const request = requestFrames[this.client.kind];
    return this.withPlayer(async (player, frames) => {
      for (const note of one.notes) player.send(request({ service, method: service.methods[one.method], args: { note }, oneway: true }));
      const { method, args, value } = one.after;
      const typed = frames.viewReply(await player.call(request({ service, method: service.methods[method], args })));
      const why = player.unasked.length ? `${player.unasked.length} answers to one-way calls`
        : checkReply(this.client.kind, { typed }, value, service.methods[method].returns);
      return { ok: !why, why, typed, metadata: {} };
    });
  }

  async withPlayer(use) {
    const { frames } = recordings.protocols[this.client.kind];
    const player = new FramePlayer(frames, this.target);
    try {
      return await use(player, frames);
    } finally {
      player.close();
    }
  }

  /** A call with any number of messages. A caller whose protocol has none asks for one, and is refused. */
  async stream(one) {
    const service = contract.streamsOf(this.service.name);
    const method = service.methods[one.method];
    const requests = inCell(one.requests, this.cell);
    const { replies = [], error, typed, media } = this.adapter.stream
      ? await this.adapter.stream({ ...one, service, method, requests }) : await this.invoke({ service, method, args: requests[0] });
    const expected = inCell(one.error, this.cell);
    if (Boolean(error) !== Boolean(expected)) return { ok: false, why: error ? `failed: ${error.message}` : 'succeeded, but must fail', error };
    const values = replies.map(value => canonical(value, method.returns));
    const wanted = inCell(one.replies, this.cell).map(value => canonical(value, method.returns));
    const why = (one.leaveAfter ? undefined : checkValue(values.length, wanted.length)) || checkValue(values.slice(0, wanted.length), wanted)
      || (error && checkError(this.cell, error, expected, typed)) || (one.media && this.client.kind === 'http' && checkValue((media || '').split(';')[0], one.media));
    return { ok: !why, why, error, value: values.length };
  }

  /** The caller leaves before the answer; what the callee saw of it is told by its witness. */
  async leave(one) {
    const answer = await this.invoke({ method: this.service.methods[one.method], args: one.args, leaveAfterMs: one.leaveAfterMs });
    if (!answer.error) return { ok: false, why: 'was answered before it could leave' };
    return { ...await this.call(named('greet')), error: answer.error };
  }

  /** A deadline that only the wire knows: the caller itself goes on waiting. */
  async expiry(one) {
    const method = this.service.methods[one.method];
    const started = Date.now();
    const answer = await this.withDeadlineOnWire(method, one);
    const took = Date.now() - started;
    const why = !answer.error ? 'succeeded, but must expire' : took > one.withinMs ? `was told after ${took} ms` : checkError(this.cell, answer.error, inCell(one.error, this.cell), answer.typed);
    return { ok: !why, why, error: answer.error, typed: answer.typed, metadata: answer.metadata };
  }

  async withDeadlineOnWire(method, { args, timeoutMs }) {
    const { kind } = this.client;
    const headers = { http: { 'x-bridge-timeout-ms': `${timeoutMs}` }, grpc: { 'grpc-timeout': `${timeoutMs}m` }, triple: { 'tri-service-timeout': `${timeoutMs}` } }[kind];
    if (this.adapter.deadline) return this.invoke({ method, args, metadata: this.adapter.deadline(timeoutMs) });
    if (headers) return this.invoke({ method, args, metadata: headers });
    return this.withPlayer(async (player, frames) => {
      const typed = frames.viewReply(await player.call(requestFrames[kind]({ service: this.service, method, args, timeoutMs })));
      return { error: { status: typed.status, message: typed.errorMessage || '', class: null, fields: {} }, typed, metadata: typed.metadata };
    });
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
    return this.judge(one, await this.invoke({ method: unknownMethod }), unknownMethod);
  }

  async 'unknown-service'(one) {
    const { greet } = this.service.methods;
    return this.judge(one, await this.invoke({ service: unknownService, method: greet, args: { name: 'x' } }), greet);
  }

  async 'no-such-case'() {
    return { ok: false, why: 'no such case' };
  }
}

module.exports = { CaseRunner };
