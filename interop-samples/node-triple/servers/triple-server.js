#!/usr/bin/env node
'use strict';

// A Triple service on dubbo-node, over HTTP/2 in clear text, in the contract's protobuf form: orders and corners. It answers gRPC and gRPC-Web on the
// same port, as Dubbo 3 does. A declared exception is an error whose details have its message.

const http2 = require('http2');
const { Code, DubboError } = require('@apachedubbo/dubbo');
const { dubboNodeAdapter } = require('@apachedubbo/dubbo-node');
const commandLine = require('../../node/lib/command-line');
const contract = require('../../node/lib/contract');
const { thrown } = require('../../node/lib/grpc-status');
const orders = require('../../node/lib/orders');
const streams = require('../../node/lib/streams');
const { Schema } = require('../../node/lib/proto-schema');
const { viewMessage } = require('../../node/lib/proto-view');
const { Witness } = require('../../node/lib/witness');
const { Handover } = require('../lib/handover');
const { messageOf, methodOf, serviceOf } = require('../lib/schema');

const args = commandLine.read({ port: '18383', witness: '18107', service: 'com.acme.order.TripleOrderService' },
  'triple-server.js [--port 18383] [--witness 18107] [--service NAME]');
const maxBytes = 16 * 1024 * 1024;
const witness = new Witness();

/** The bytes of each request as they came: the library decodes before anybody else sees them. */
const received = new WeakMap();

function keepBytes(type) {
  if (Object.hasOwn(type, 'keepsBytes')) return;
  type.keepsBytes = true;
  const { fromBinary } = type;
  type.fromBinary = (bytes, options) => {
    const message = fromBinary.call(type, bytes, options);
    received.set(message, Buffer.from(bytes));
    return message;
  };
}

function errorOf(error) {
  if (!(error instanceof orders.OrderFailure)) return error;
  if (!error.declared) return new DubboError(error.message, Code.Internal);
  const { value } = thrown(error);
  return new DubboError(error.message, Code.FailedPrecondition, undefined, [ messageOf(error.className).fromBinary(value) ]);
}

function handlerOf(service, key, codec, described) {
  return async (message, context) => {
    const raw = received.get(message) || Buffer.from(message.toBinary());
    const headers = Object.fromEntries(context.requestHeader);
    const view = {
      service: service.name, method: service.methods[key].name, version: headers['tri-service-version'], metadata: { headers }, protocol: context.protocolName,
      timeoutMs: context.timeoutMs(),
    };
    let isAnswered = false;
    context.signal.addEventListener('abort', () => isAnswered || witness.recordLeft(view));
    witness.record(raw, () => ({ ...view, ...viewMessage(raw, service.methods[key], codec) }));
    context.responseHeader.set('x-served-by', 'triple-server');
    try {
      const value = await orders.methods[key](codec.request.decode(raw), name => context.requestHeader.get(name));
      return described.O.fromBinary(codec.response.encode(value));
    } catch (error) {
      throw errorOf(error);
    } finally {
      isAnswered = true;
    }
  };
}

/** Handlers of the library for each kind of stream: one that yields, or one that returns its only message. */
function streamHandlerOf(service, key, codec, described) {
  const method = service.methods[key];
  const serve = (input, context, send) => {
    const headers = Object.fromEntries(context.requestHeader);
    context.responseHeader.set('x-served-by', 'triple-server');
    return streams.serve({
      witness, service, method, send, signal: context.signal, incoming: bytesOf(method.requestStream ? input : [ input ]),
      view: { version: headers['tri-service-version'], metadata: { headers }, timeoutMs: context.timeoutMs() },
      codec: { ...codec, view: bytes => viewMessage(bytes, method, codec) },
    });
  };
  const messageOfValue = value => described.O.fromBinary(codec.response.encode(value));
  if (!method.replyStream) {
    return async (input, context) => {
      let only;
      await serve(input, context, value => { only = messageOfValue(value); });
      return only;
    };
  }
  return async function* (input, context) {
    const handed = new Handover();
    const served = serve(input, context, value => handed.put(messageOfValue(value))).then(() => handed.end(), error => handed.end(errorOf(error)));
    try {
      yield* handed.items();
    } finally {
      handed.stop();
      await served;
    }
  };
}

async function* bytesOf(messages) {
  for await (const message of messages) yield received.get(message) || Buffer.from(message.toBinary());
}

function routes(router) {
  for (const service of [ contract.service(args.service), contract.cornersOf(args.service), contract.streamsOf(args.service) ].filter(Boolean)) {
    const methods = new Schema().methods(service);
    const described = serviceOf(service.name);
    const implementation = {};
    for (const [ key, codec ] of Object.entries(methods)) {
      const { requestStream, replyStream } = service.methods[key];
      const method = methodOf(described, key);
      keepBytes(method.I);
      const localName = Object.keys(described.methods).find(name => described.methods[name] === method);
      implementation[localName] = (requestStream || replyStream ? streamHandlerOf : handlerOf)(service, key, codec, method);
    }
    router.service(described, implementation, { serviceVersion: service.version });
  }
}

witness.listen(args.witness);
const server = http2.createServer(dubboNodeAdapter({ routes, readMaxBytes: maxBytes, writeMaxBytes: maxBytes }));
server.listen(Number(args.port), '127.0.0.1', () => {
  console.log(JSON.stringify({ ready: 'triple', port: Number(args.port), witness: Number(args.witness), service: args.service }));
});
commandLine.stopOnSignal();
