'use strict';

// Plays the recordings of one protocol twice over: with a real Node library as the caller, where it can express the arguments, and
// with the recorded Java caller's own bytes.

const { FramePlayer } = require('./frame-player');
const { normal } = require('./normal-view');
const { playOdd } = require('./odd-frames');
const recordings = require('./recordings');
const { Inexpressible, toLibrary } = require('./view-to-library');

const recordedService = 'com.example.bridge.DemoService';
// Both protocols' recordings call the same name; behind one gateway the Bolt one goes by another, of the same length.
const boltService = 'com.example.bridge.BoltService';

const services = {
  dubbo: { name: recordedService, version: undefined },
  bolt: { name: boltService, version: '1.0' },
};

/** Recordings for a group or another version of the service would need a route each. */
const plainVersions = new Set([ undefined, null, '', '0.0.0', '1.0' ]);

const callers = {
  dubbo: { client: '../clients/dubbo-client', nestedArrays: false, ok: 20 },
  bolt: { client: '../clients/bolt-client', nestedArrays: true, ok: 0 },
};

const oneWayTimeoutMs = 5000;

class RecordedPair {
  /** callee: whose recordings are played and answer; caller: the protocol of the Node library that plays them. */
  constructor({ caller, callee, target, witness, direct }) {
    this.caller = caller;
    this.callee = callee;
    this.target = target;
    this.witness = witness;
    this.direct = direct;
    this.service = services[callee];
    this.frames = recordings.protocols[callee].frames;
    this.recordings = recordings.load(callee).map(recorded => ({ ...recorded, view: this.frames.viewRequest(recorded.request) }))
      .filter(({ view }) => view.service === recordedService && !view.group && plainVersions.has(view.version));
  }

  /** The recordings, each question once: the replay server answers with the first of equal ones. */
  * questions() {
    const seen = new Set();
    for (const recorded of this.recordings) {
      const key = recordings.keyOf(this.frames, recorded.request);
      if (!seen.has(key)) yield recorded;
      seen.add(key);
    }
  }

  async run() {
    const sameProtocol = this.caller === this.callee;
    return [ ...await this.playWithLibrary(), ...(sameProtocol ? [ ...await this.playFrames(), ...await this.playOneWay(), ...await this.playOdd() ] : []) ];
  }

  async playWithLibrary() {
    const methods = [ ...new Set(this.recordings.map(({ view }) => view.method)) ];
    const client = require(callers[this.caller].client);
    const adapter = client.create({ target: this.target, services: [ { service: this.service, methods } ] });
    const results = [];
    for (const recorded of this.questions()) {
      const { method, args, types, metadata: { attachments } } = recorded.view;
      // $invoke and $echo are Dubbo's own; the library writes one envelope.
      const ownProtocol = method.startsWith('$') || this.frames.envelope(recorded.request).startsWith('v2');
      if (ownProtocol && (this.caller !== this.callee || !method.startsWith('$'))) continue;
      const metadata = attachments && attachments.generic ? { generic: attachments.generic } : undefined;
      results.push(await this.result(this.caller, recorded, async () => {
        const values = toLibrary(args, types, callers[this.caller]);
        return (await adapter.call({ service: this.service, method: { name: method, parameters: [] }, values, metadata })).typed;
      }));
    }
    await adapter.close();
    return results;
  }

  async playFrames() {
    const player = new FramePlayer(this.frames, this.target);
    const results = [];
    for (const recorded of this.questions()) {
      results.push(await this.result(`${this.caller} (recorded Java caller)`, recorded, async () =>
        this.frames.viewReply(await player.call(FramePlayer.renamed(recorded.request, recordedService, this.service.name)))));
    }
    player.close();
    return results;
  }

  /** One-way calls of Java programs: each arrives as it was, nothing comes back, and the connection serves a call behind them. */
  async playOneWay() {
    const player = new FramePlayer(this.frames, this.target);
    const [ after ] = this.questions();
    const results = [];
    for (const recorded of recordings.loadOneWay(this.callee).filter(({ request }) => this.frames.viewRequest(request).service === recordedService)) {
      const identity = { caller: `${this.caller} (recorded Java caller)`, callee: this.callee, case: recorded.name, recorded: true };
      const { sequence } = await (await fetch(`http://${this.witness}/`, { method: 'DELETE' })).json();
      player.send(FramePlayer.renamed(recorded.request, recordedService, this.service.name));
      await player.call(FramePlayer.renamed(after.request, recordedService, this.service.name));
      const why = player.unasked.length ? 'a one-way call was answered' : await this.missing(recorded, sequence);
      results.push({ ...identity, ok: !why, why });
    }
    player.close();
    return results;
  }

  /** Odd frames, and then a good one: the gateway must have survived them. */
  async playOdd() {
    if (this.direct) return []; // the replay server is no judge of frames
    const results = await playOdd(this.caller, this.target, recordings.loadOdd(this.callee));
    const player = new FramePlayer(this.frames, this.target);
    const [ after ] = this.questions();
    results.push(await this.result(`${this.caller} (odd frames)`, { ...after, name: `${after.name}, behind odd frames` }, async () =>
      this.frames.viewReply(await player.call(FramePlayer.renamed(after.request, recordedService, this.service.name)))));
    player.close();
    return results;
  }

  /** Undefined when the callee has received this one-way call. */
  async missing({ request }, sequence) {
    const { method, args } = this.frames.viewRequest(request);
    const deadline = Date.now() + oneWayTimeoutMs;
    for (;;) {
      const calls = await (await fetch(`http://${this.witness}/calls?after=${sequence}&method=${method}`)).json();
      if (calls.some(call => normal(call.args) === normal(args) && (call.type === 2 || call.twoWay === false))) return undefined;
      if (Date.now() > deadline) return `the callee received ${calls.length} calls of ${method}, not this one-way call`;
      await new Promise(resolve => { setTimeout(resolve, 20); });
    }
  }

  async result(caller, recorded, call) {
    const identity = { caller, callee: this.callee, case: recorded.name, recorded: true };
    const started = Date.now();
    try {
      const why = this.compare(await call(), this.frames.viewReply(recorded.response));
      return { ...identity, ok: !why, why, ms: Date.now() - started };
    } catch (error) {
      return error instanceof Inexpressible ? { ...identity, why: error.message } : { ...identity, ok: false, why: error.message };
    }
  }

  compare(seen, expected) {
    if (!seen) return 'no reply was seen';
    if (seen.unreadable) return seen.unreadable;
    return this.caller === this.callee ? this.compareAlike(seen, expected) : this.compareAcross(seen, expected);
  }

  compareAlike(seen, expected) {
    for (const part of [ 'status', 'resultFlag', 'errorMessage', 'isError' ]) {
      if (seen[part] !== expected[part]) return `${part} is ${seen[part]}, not ${expected[part]}`;
    }
    return this.compareResult(seen, expected, {}) || this.compareMetadata(seen.metadata, expected.metadata);
  }

  /** Between protocols an error's status is the gateway's to choose, but it stays an error; a value or Throwable stays what it is. */
  compareAcross(seen, expected) {
    const failed = expected.status !== callers[this.callee].ok || expected.errorMessage;
    const failedHere = seen.status !== callers[this.caller].ok || seen.errorMessage || seen.isError;
    if (failed) return failedHere ? undefined : 'an error became a result';
    return this.compareResult(seen, expected, { acrossDialects: true });
  }

  compareResult(seen, expected, options) {
    const got = seen.result ? normal([ seen.result ], options) : null;
    const wanted = expected.result ? normal([ expected.result ], options) : null;
    return got === wanted ? undefined : `the result is ${String(got).slice(0, 300)}, not ${String(wanted).slice(0, 300)}`;
  }

  /** What the callee said must arrive; a gateway may add keys of its own. */
  compareMetadata(seen, expected) {
    for (const kind of [ 'attachments', 'responseProps', 'header' ]) {
      for (const [ key, value ] of Object.entries(expected[kind] || {})) {
        const got = JSON.stringify((seen[kind] || {})[key]);
        const wanted = JSON.stringify(value);
        if (got !== wanted) return `reply ${kind} ${key} is ${got}, not ${wanted}`;
      }
    }
    return undefined;
  }
}

module.exports = { RecordedPair };
