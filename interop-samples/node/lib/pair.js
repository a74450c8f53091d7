'use strict';

// One caller and one callee: a client process that runs case after case, and the callee's witness.

const { spawn } = require('child_process');
const readline = require('readline');
const contract = require('./contract');
const { concurrentCalls } = require('../cases');
const { cellOf, inCell, isTyped } = require('./cell');
const { gapOf } = require('./gaps');
const { scriptFile } = require('./peers');
const { checkCall, checkMessage, metadataOf } = require('./witness-check');

const caseTimeoutMs = 60000;
const onewayTimeoutMs = 5000;
const servedBy = { bolt: 'bolt-server', dubbo: 'dubbo-server', http: 'http-server', apache: 'apache-service',
  grpc: 'grpc-server', triple: 'triple-server', 'python3-grpcio': 'python-server', 'node:http2': 'http-server' };

class Pair {
  constructor(options) {
    Object.assign(this, options);
    this.contract = contract.service(this.service);
    this.corners = contract.cornersOf(this.service);
    this.cell = cellOf(this);
    const [ script, ...settings ] = this.client || [ `${this.caller}-client.js` ];
    const args = [ scriptFile('clients', script), ...settings, '--interactive', '--target', this.target, '--service', this.service ];
    if (this.caller === 'http') args.push('--binding', this.binding);
    if (this.direct) args.push('--direct');
    this.process = spawn(process.execPath, args, { stdio: [ 'pipe', 'pipe', 'inherit' ] });
    this.lines = readline.createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async ask(name) {
    this.process.stdin.write(`${name}\n`);
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the client did not answer in ${caseTimeoutMs} ms`)), caseTimeoutMs);
    });
    try {
      const { value, done } = await Promise.race([ this.lines.next(), late ]);
      if (done) throw new Error('the client process ended');
      return JSON.parse(value);
    } finally {
      clearTimeout(timer);
    }
  }

  async run(one) {
    const identity = { caller: this.as || this.caller, callee: this.callee, binding: this.binding, case: one.name };
    try {
      const { sequence } = await this.fromWitness('/', 'DELETE');
      const lanesBefore = await this.lanes();
      const answer = await this.ask(one.name);
      const lanesAfter = await this.lanes();
      const calls = await this.callsAfter(sequence, found => this.complete(one, found));
      const why = answer.ok ? this.check(one, answer, calls) || this.checkProblem(answer) : `caller: ${answer.why}`;
      const { typed, ...shown } = answer;
      return { ...identity, ok: !why, recorded: false, ms: answer.ms, why, lane: this.lane(answer) || grown(lanesBefore, lanesAfter), answer: shown };
    } catch (error) {
      return { ...identity, ok: false, recorded: false, why: error.message };
    }
  }

  /** Whether the callee has seen all that is to be looked at: one-way calls, leaving callers and streams' ends are not awaited by anybody else. */
  complete(one, calls) {
    if (one.kind === 'oneway') return calls.length >= one.notes.length + 1;
    if (one.kind === 'leave') return this.left(one, calls);
    return one.kind !== 'stream' || Boolean(inCell(one.refused, this.cell)) || calls.some(call => call.state);
  }

  left(one, calls) {
    return calls.some(call => call.left && call.method === one.method);
  }

  /** What the callee saw of a stream: each request in its turn, how it ended, and no more made than the caller could take. */
  checkStream(one, calls) {
    if (inCell(one.refused, this.cell)) return calls.length ? `the callee received ${calls.length} calls that the gateway should have refused` : undefined;
    if (calls.length !== 1) return `the callee received ${calls.length} calls`;
    const [ { requests, state, produced } ] = calls;
    const method = contract.streamsOf(this.service).methods[one.method];
    const expected = inCell(one.requests, this.cell);
    if (requests.length !== expected.length) return `callee: ${requests.length} of ${expected.length} requests`;
    for (const [ i, args ] of expected.entries()) {
      const why = checkMessage(method, args, requests[i]);
      if (why) return `callee: request ${i}: ${why}`;
    }
    const wanted = one.leaveAfter ? 'cancelled' : one.state || 'ended';
    if (state !== wanted) return `callee: the stream is ${state}, not ${wanted}`;
    return one.atMost && produced > one.atMost ? `callee: made ${produced} replies for a caller that left after ${one.leaveAfter}` : undefined;
  }

  async callsAfter(sequence, isComplete) {
    const deadline = Date.now() + onewayTimeoutMs;
    for (;;) {
      const calls = await this.fromWitness(`/calls?after=${sequence}`, 'GET');
      if (isComplete(calls) || Date.now() > deadline) return calls;
      await new Promise(resolve => { setTimeout(resolve, 20); });
    }
  }

  async fromWitness(resource, method) {
    const response = await fetch(`http://${this.witness}${resource}`, { method });
    return response.json();
  }

  /** The gateway's counters of calls by lane; empty when nobody said where they are. */
  async lanes() {
    if (!this.admin) return {};
    const status = await (await fetch(`http://${this.admin}/status`)).json();
    return status.gateway.calls.byLane;
  }

  lane(answer) {
    const typed = (answer.typed && answer.typed.metadata) || {};
    return (answer.metadata || {})['x-bridge-lane'] || (typed.header || {})['x-bridge-lane'] || (typed.attachments || {})['x-bridge-lane'];
  }

  /** The callee's side of a case; undefined when all is as it must be. */
  check(one, answer, calls) {
    if (one.kind === 'unknown-method') return this.checkRefused(this.caller === 'http' && !this.direct ? 'always' : 'somewhere', calls);
    if (one.kind === 'unknown-service') return calls.length && !this.direct ? 'the callee received a call for another service' : undefined;
    if (one.kind === 'echo') return undefined; // answered by the gateway or by the callee
    if (one.kind === 'concurrent') return this.checkConcurrent(one, calls);
    if (one.kind === 'oneway') return this.checkOneway(one, calls);
    if (one.kind === 'leave') return this.left(one, calls) ? undefined : 'callee: it was not told that the caller had left';
    if (one.kind === 'stream') return this.checkStream(one, calls);
    const refused = inCell(one.refused, this.cell);
    if (refused) return this.checkRefused(refused, calls);
    const service = one.service === 'corner' ? this.corners : this.contract;
    const method = service.methods[one.method];
    if (one.kind === 'generic' && this.kind === 'dubbo') return this.checkGeneric(one, calls);
    const own = calls.filter(call => (call.method === this.nameOf(method) && !call.left) || call.unreadable || call.garbage);
    if (own.length !== 1) return `the callee received ${own.length} calls of ${one.method}`;
    return this.prefixed('callee', checkCall(this.kind, service, method, inCell(one.args, this.cell), this.explained(one, own[0]), one.identity && isTyped(this.caller)))
      || this.checkDeadline(one, own[0]) || this.checkMetadata(one, answer, own[0])
      || this.prefixed('callee', one.seen && one.seen(own[0], this.cell));
  }

  /** A protobuf callee's call without the bytes of fields that the case adds to its message. */
  explained(one, call) {
    return one.unknownBytes ? { ...call, unknownBytes: call.unknownBytes - inCell(one.unknownBytes, this.cell) } : call;
  }

  /** Between Dubbo ends a generic call stays one, in the mode that the consumer chose. */
  checkGeneric({ mode }, calls) {
    if (calls.length !== 1) return `the callee received ${calls.length} calls`;
    const { method, descriptor, metadata } = calls[0];
    if (method !== '$invoke' || descriptor !== 'Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;') return `callee: ${method}(${descriptor})`;
    const seen = metadata.attachments.generic;
    return seen === mode ? undefined : `callee: generic is ${seen}, not ${mode}`;
  }

  /** Over HTTP, overloads have paths of their own. */
  nameOf(method) {
    return this.kind === 'http' ? method.key : method.name;
  }

  /** What the gateway can see to be wrong must not bother a callee; between ends of one protocol it does not look. */
  checkRefused(refused, calls) {
    if (refused === 'somewhere' || (this.cell.same && refused !== 'always')) return undefined;
    const own = calls.filter(call => call.method !== 'greet');
    return own.length ? `the callee received ${own.length} calls (${own[0].method}) that the gateway should have refused` : undefined;
  }

  /** Each one-way call arrived once and, where the callee's protocol has such calls, as one. */
  checkOneway(one, calls) {
    const method = this.corners.methods[one.method];
    const seen = calls.filter(call => call.method === this.nameOf(method));
    if (seen.length !== one.notes.length) return `the callee received ${seen.length} of ${one.notes.length} one-way calls`;
    for (const note of one.notes) {
      const call = seen.find(candidate => !checkCall(this.kind, this.corners, method, { note }, candidate));
      if (!call) return `the callee received no ${one.method} of ${note}`;
      const twoWay = this.kind === 'bolt' ? call.type !== 2 : this.kind === 'dubbo' && call.twoWay;
      if (twoWay) return `the callee received ${note} as a call that wants an answer`;
    }
    return undefined;
  }

  prefixed(side, why) {
    return why && `${side}: ${why}`;
  }

  /** The gateway's own form of every HTTP error is RFC 9457's; on the forward lane the caller gets the callee's answer as it is. */
  checkProblem(answer) {
    const { error } = answer;
    if (this.direct || this.caller !== 'http' || !error || !error.status || error.inStream || this.lane(answer) === 'forward') return undefined;
    return /^application\/problem\+json/.test(error.contentType) ? undefined : `caller: an error as ${error.contentType}`;
  }

  /** Each of the caller's calls arrived once. */
  checkConcurrent(one, calls) {
    const left = [ ...calls ];
    for (const call of concurrentCalls(one.count)) {
      const method = this.contract.methods[call.method];
      const found = left.findIndex(seen => seen.method === call.method && !checkCall(this.kind, this.contract, method, call.args, seen));
      if (found < 0) return `callee: no ${call.method} call with ${Object.values(call.args)[0]}`;
      left.splice(found, 1);
    }
    return left.length ? `callee: ${left.length} calls too many` : undefined;
  }

  /** A caller that states its deadline on the wire must see it arrive, shorter or equal, where the callee's protocol can carry it. */
  checkDeadline(one, call) {
    if (one.kind !== 'timeout' || this.caller === 'http' || this.kind === 'http') return undefined;
    const timeout = Number(call.timeoutMs);
    if (timeout > 0 && timeout <= one.timeoutMs) return undefined;
    return `callee: the deadline is ${call.timeoutMs} ms, not at most ${one.timeoutMs}`;
  }

  checkMetadata(one, answer, call) {
    for (const [ key, value ] of Object.entries((one.servedBy && one.metadata) || {})) {
      const seen = metadataOf(this.kind, call, key);
      if (seen !== value) return `callee: metadata ${key} is ${seen}, not ${value}`;
    }
    const cell = { caller: this.caller, callee: this.callee, binding: this.binding, case: one.name, check: 'reply-metadata' };
    if (!one.servedBy) return undefined;
    const gap = gapOf(cell);
    const seen = (answer.metadata || {})['x-served-by'];
    if (gap) return seen ? 'a gap is declared, but the reply has metadata' : undefined;
    return seen === servedBy[this.callee] ? undefined : `caller: reply metadata x-served-by is ${seen}, not ${servedBy[this.callee]}`;
  }

  async close() {
    if (this.process.exitCode !== null) return;
    const ended = new Promise(resolve => { this.process.once('exit', resolve); });
    this.process.stdin.end();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  }
}

/** The one counter that rose, in lower case. */
function grown(before, after) {
  const risen = Object.keys(after).filter(name => after[name] > before[name]);
  return risen.length === 1 ? risen[0].toLowerCase() : undefined;
}

module.exports = { Pair };
