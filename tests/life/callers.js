'use strict';

// Callers that behave as the protocols' own clients do when a provider leaves: they go to the gateways that the directory lists, in its order;
// a Dubbo consumer sends nothing new on a connection that told READONLY; Node's HTTP agent leaves a connection that said Connection: close;
// a Bolt client knows only its registry. None of them tries a call again.

const http = require('http');
const net = require('net');
const { bolt, dubbo, textIn, onMessages } = require('./frames');

const host = '127.0.0.1';
const timeoutMs = 20_000;
const reconnectMs = 60_000; // Longer than these tests: what has stopped does not come back.

/** What a registry tells its followers: which gateways there are now. */
class Directory {
  constructor(gateways) {
    this.gateways = gateways;
  }

  withdraw(gateway) {
    this.gateways = this.gateways.filter(g => g !== gateway);
  }
}

/** One connection of a framed protocol, shared by many calls. */
class FramedConnection {
  constructor(protocol, port) {
    this.protocol = protocol;
    this.pending = new Map();
    this.isReadOnly = false;
    this.isClosed = false;
    this.nextId = 1;
    this.socket = net.connect({ port, host, noDelay: true });
    onMessages(this.socket, protocol, message => this.take(message));
    this.socket.on('error', () => {});
    this.socket.on('end', () => this.onClosing());
    this.socket.on('close', () => {
      this.onClosing();
      for (const call of this.pending.values()) call.reject(new Error('the connection closed before the answer'));
      this.pending.clear();
    });
  }

  onClosing() {
    this.isClosed = true;
    this.closedAt = Date.now();
  }

  take(message) {
    if (message.kind === 'readonly') this.isReadOnly = true;
    if (message.kind !== 'reply') return;
    const call = this.pending.get(message.id);
    if (!call) throw new Error(`an answer that nobody waits for: ${message.id}`);
    this.pending.delete(message.id);
    if (message.isOk) call.resolve(textIn(message.frame));
    else call.reject(new Error(`refused: ${message.frame.latin1Slice(16)}`));
  }

  call(service, text) {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.socket.write(this.protocol.request(id, service, text, timeoutMs));
    });
  }

  /** As a client does whose registry has dropped the provider: answers under way are awaited. */
  async leave() {
    while (this.pending.size > 0) await new Promise(resolve => setImmediate(resolve));
    this.socket.end();
  }
}

class FramedCaller {
  /** @param followsRegistry false for a client whose registry tells it nothing: it goes by its connections alone */
  constructor(protocol, directory, followsRegistry = true) {
    this.kind = protocol.name;
    this.protocol = protocol;
    this.directory = directory;
    this.fixed = followsRegistry ? null : directory.gateways; // The list is replaced, never changed.
    this.connections = new Map();
  }

  /**
   * The first listed gateway that takes calls. One whose connection is read-only or closed is passed over until it can be reached again, which a
   * client tries in the background; where none is left, the last is used as it is.
   */
  connection() {
    const listed = this.fixed || this.directory.gateways;
    for (const [ gateway, connection ] of this.connections) {
      if (listed.includes(gateway)) continue;
      this.connections.delete(gateway);
      if (!connection.isClosed) connection.leave();
    }
    let last;
    for (const gateway of listed) {
      let connection = this.connections.get(gateway);
      if (!connection || (connection.isClosed && Date.now() - connection.closedAt > reconnectMs)) {
        this.connections.set(gateway, connection = new FramedConnection(this.protocol, gateway[this.kind]));
      }
      last = { gateway, connection };
      if (!connection.isReadOnly && !connection.isClosed) break;
    }
    return last;
  }

  async call(service, text) {
    const { gateway, connection } = this.connection();
    gateway.calls[this.kind]++;
    return connection.call(service, text);
  }

  close() {
    for (const connection of this.connections.values()) connection.socket.destroy();
  }
}

class HttpCaller {
  /** @param goesByConnections whether it leaves a gateway whose answers say Connection: close, before its registry says anything */
  constructor(directory, goesByConnections = false) {
    this.kind = 'http';
    this.directory = directory;
    this.left = goesByConnections ? new Set() : null;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  }

  call(service, text) {
    const gateway = this.directory.gateways.find(g => !this.left || !this.left.has(g));
    gateway.calls.http++;
    const isNative = service.endsWith('HttpEcho');
    const body = isNative ? text : JSON.stringify({ text });
    return new Promise((resolve, reject) => {
      const request = http.request({
        host, port: gateway.http, agent: this.agent, method: 'POST', path: isNative ? '/life/echo' : `/${service}/echo`,
        headers: { 'content-type': isNative ? 'text/plain' : 'application/json', 'content-length': body.length },
      }, response => {
        const chunks = [];
        if (this.left && response.headers.connection === 'close') this.left.add(gateway);
        response.on('data', chunk => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const whole = Buffer.concat(chunks);
          if (response.statusCode === 200) resolve(textIn(whole));
          else reject(new Error(`refused: ${response.statusCode} ${whole}`));
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  close() {
    this.agent.destroy();
  }
}

/** Calls of one direction: how many there were and why they failed. */
class Tally {
  constructor(name) {
    this.name = name;
    this.made = 0;
    this.failures = new Map();
  }

  get failed() {
    let sum = 0;
    for (const count of this.failures.values()) sum += count;
    return sum;
  }

  fail(why) {
    if (this.failures.size < 20 || this.failures.has(why)) this.failures.set(why, (this.failures.get(why) || 0) + 1);
    else this.failures.set('other', (this.failures.get('other') || 0) + 1);
  }
}

let serial = 0;

/** Calls one service over and over from so many tasks until told to stop. Every answer must be the text of its own call. */
async function load(caller, service, tally, tasks, goesOn) {
  await Promise.all(Array.from({ length: tasks }, async () => {
    while (goesOn(tally)) {
      const text = `<life ${tally.name} ${++serial}>`;
      tally.made++;
      try {
        const answer = await caller.call(service, text);
        if (answer !== text) tally.fail(`another call's answer: ${answer}`);
      } catch (error) {
        tally.fail(error.message.slice(0, 200));
        await new Promise(resolve => setTimeout(resolve, 20)); // A client that fails does not spin.
      }
    }
  }));
}

module.exports = { Directory, FramedCaller, HttpCaller, Tally, load, bolt, dubbo };
