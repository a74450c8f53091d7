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
const { Schema } = require('../../node/lib/proto-schema');
const { viewMessage } = require('../../node/lib/proto-view');
const { Witness } = require('../../node/lib/witness');
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
    witness.record(raw, () => ({ ...view, ...viewMessage(raw, service.methods[key], codec) }));
    context.responseHeader.set('x-served-by', 'triple-server');
    try {
      const value = await orders.methods[key](codec.request.decode(raw), name => context.requestHeader.get(name));
      return described.O.fromBinary(codec.response.encode(value));
    } catch (error) {
      throw errorOf(error);
    }
  };
}

function routes(router) {
  for (const service of [ contract.service(args.service), contract.cornersOf(args.service) ].filter(Boolean)) {
    const methods = new Schema().methods(service);
    const described = serviceOf(service.name);
    const implementation = {};
    for (const [ key, codec ] of Object.entries(methods)) {
      const method = methodOf(described, key);
      keepBytes(method.I);
      implementation[Object.keys(described.methods).find(name => described.methods[name] === method)] = handlerOf(service, key, codec, method);
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
