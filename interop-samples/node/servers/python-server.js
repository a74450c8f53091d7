#!/usr/bin/env node
'use strict';

// A gRPC service that Python's grpcio serves, with Python's protobuf (../../python/grpc_server.py). What the services do, and the witness, are in Node.

const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');
const { spawn } = require('child_process');
const commandLine = require('../lib/command-line');
const contract = require('../lib/contract');
const { descriptorSet } = require('../lib/descriptor-set');
const { thrown, writeStatus } = require('../lib/grpc-status');
const orders = require('../lib/orders');
const streams = require('../lib/streams');
const { Schema } = require('../lib/proto-schema');
const { viewMessage } = require('../lib/proto-view');
const { Witness } = require('../lib/witness');

const args = commandLine.read({ port: '18384', witness: '18108', service: 'com.acme.order.PythonOrderService' },
  'python-server.js [--port 18384] [--witness 18108] [--service NAME]');
const codes = { ok: 0, unknown: 2, failedPrecondition: 9, internal: 13 };
const witness = new Witness();
const calls = new Map();
const methods = new Map();
const services = [ contract.service(args.service), contract.cornersOf(args.service), contract.streamsOf(args.service) ].filter(Boolean);
for (const service of services) {
  for (const [ key, codec ] of Object.entries(new Schema().methods(service))) methods.set(codec.path, { service, method: service.methods[key], codec });
}

function statusOf(error) {
  if (!(error instanceof orders.OrderFailure)) return { code: codes.unknown, message: error.message, details: null };
  if (!error.declared) return { code: codes.internal, message: error.message, details: null };
  const code = codes.failedPrecondition;
  return { code, message: error.message, details: writeStatus(code, error.message, [ thrown(error) ]).toString('base64') };
}

/** Items that come one by one, for one reader. */
class Inbox {
  constructor() {
    this.items = [];
    this.wake = () => {};
  }

  put(item) {
    this.items.push(item);
    this.wake();
  }

  async take() {
    while (this.items.length === 0) await new Promise(resolve => { this.wake = resolve; });
    return this.items.shift();
  }
}

/** One call as Python tells of it. */
class Call {
  constructor({ id, path: called, metadata, timeoutMs }, say) {
    Object.assign(this, { id, say, ...methods.get(called) });
    this.view = { metadata: { headers: metadata }, timeoutMs };
    this.requests = new Inbox();
    this.pulls = new Inbox();
    this.left = new AbortController();
    this.isAnswered = false;
  }

  hear({ request, raw, whole, pull, over }) {
    if (request !== undefined) this.requests.put({ request: Buffer.from(request, 'base64'), raw: Buffer.from(raw, 'base64') });
    if (whole || over) this.requests.put(null);
    if (pull || over) this.pulls.put(pull);
    if (over && !this.isAnswered) this.left.abort();
  }

  async *incoming() {
    for (let next = await this.requests.take(); next; next = await this.requests.take()) yield next;
  }

  async send(value) {
    await this.pulls.take();
    if (!this.left.signal.aborted) this.say({ id: this.id, response: this.codec.response.encode(value).toString('base64') });
  }

  async end(status) {
    this.isAnswered = true;
    if (status.code !== codes.ok || this.method.replyStream) await this.pulls.take();
    this.say({ id: this.id, ...status });
  }

  async serve() {
    try {
      await (this.method.requestStream || this.method.replyStream ? this.stream() : this.answer());
      await this.end({ code: codes.ok });
    } catch (error) {
      await this.end(statusOf(error));
    }
  }

  async answer() {
    const { service, method, codec } = this;
    const { request, raw } = await this.requests.take();
    const view = { service: service.name, method: method.name, ...this.view };
    witness.record(raw, () => ({ ...view, ...viewMessage(raw, method, codec) }));
    this.left.signal.addEventListener('abort', () => witness.recordLeft(view));
    const value = await orders.methods[method.key](codec.request.decode(request), name => this.view.metadata.headers[name] || null);
    this.isAnswered = true;
    await this.send(value);
  }

  stream() {
    const { service, method, codec } = this;
    const read = { request: { decode: ({ request }) => codec.request.decode(request) }, view: raw => viewMessage(raw, method, codec) };
    return streams.serve({
      witness, service, method, codec: read, view: this.view, incoming: this.incoming(), signal: this.left.signal, bytesOf: ({ raw }) => raw,
      send: async value => {
        if (!method.replyStream) this.isAnswered = true;
        await this.send(value);
      },
    });
  }
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bridgemesh-python-'));
const descriptors = path.join(folder, 'set.binpb');
fs.writeFileSync(descriptors, descriptorSet());
const script = path.join(__dirname, '..', '..', 'python', 'grpc_server.py');
const python = spawn('/usr/bin/python3', [ script, args.port, descriptors, ...services.map(({ name }) => name) ], { stdio: [ 'pipe', 'pipe', 'inherit' ] });
const say = content => python.stdin.write(`${JSON.stringify(content)}\n`);
python.once('exit', code => {
  fs.rmSync(folder, { recursive: true });
  process.exit(code || 0);
});
readline.createInterface({ input: python.stdout }).on('line', line => {
  const told = JSON.parse(line);
  if (told.ready) {
    console.log(JSON.stringify({ ready: 'grpc', port: Number(args.port), witness: Number(args.witness), service: args.service }));
  } else if (told.path) {
    const call = new Call(told, say);
    calls.set(told.id, call);
    call.serve();
  } else if (calls.has(told.id)) {
    calls.get(told.id).hear(told);
    if (told.over) calls.delete(told.id);
  }
});
witness.listen(args.witness);
for (const signal of [ 'SIGTERM', 'SIGINT' ]) process.on(signal, () => python.stdin.end());
