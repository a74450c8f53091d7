#!/usr/bin/env node
'use strict';

// A gRPC service's caller on connect-node, in one of its three protocols, in the contract's protobuf form. Connect is spoken over HTTP/1.1, as a
// browser does it where the page came by HTTP/1.1, and so is gRPC-Web.

const { createFileRegistry, create, fromBinary, toBinary } = require('@bufbuild/protobuf');
const { EmptySchema, FileDescriptorSetSchema } = require('@bufbuild/protobuf/wkt');
const { ConnectError } = require('@connectrpc/connect');
const { createConnectTransport, createGrpcTransport, createGrpcWebTransport } = require('@connectrpc/connect-node');
const { clientMain } = require('../lib/client-main');
const { descriptorSet } = require('../lib/descriptor-set');
const { readDetails } = require('../lib/grpc-status');
const { Schema } = require('../lib/proto-schema');
const { Turns } = require('../lib/turns');

const transports = {
  connect: baseUrl => createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: true }),
  'connect-json': baseUrl => createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false }),
  'connect-h2': baseUrl => createConnectTransport({ baseUrl, httpVersion: '2', useBinaryFormat: true }),
  grpc: baseUrl => createGrpcTransport({ baseUrl }),
  'grpc-web': baseUrl => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
};

const client = {
  kind: 'grpc',
  script: 'connect-client.js',
  target: '127.0.0.1:18382',
  service: 'com.acme.order.GrpcOrderService',
  options: { protocol: 'grpc', binding: 'native' },
  create({ target, protocol }) {
    const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet()));
    const transport = transports[protocol](`http://${target}`);
    const schemas = new Map();
    const codecOf = (service, method) => {
      if (!service.methods) return undefined;
      if (!schemas.has(service.name)) schemas.set(service.name, new Schema().methods(service));
      return schemas.get(service.name)[method.key];
    };
    /** A method as the library wants it; one that the contract lacks takes and gives nothing, and an overload goes by its key, its name in protobuf. */
    const describe = (service, method) => {
      const found = (registry.getService(service.name) || { methods: [] }).methods.find(({ name }) => name === method.key);
      const name = method.key || method.name;
      const { input, output, methodKind } = found || { input: EmptySchema, output: EmptySchema, methodKind: 'unary' };
      return { kind: 'rpc', name, parent: { typeName: service.name }, methodKind, input, output, idempotency: 0, localName: name };
    };
    return {
      deadline: ms => (protocol.startsWith('connect') ? { 'connect-timeout-ms': `${ms}` } : { 'grpc-timeout': `${ms}m` }),
      async call({ service, method, args, metadata, timeoutMs, leaveAfterMs }) {
        const codec = codecOf(service, method);
        const known = describe(service, method);
        const message = codec && known.input !== EmptySchema ? fromBinary(known.input, codec.request.encode(args)) : create(known.input);
        try {
          const reply = await transport.unary(known, leaveAfterMs && AbortSignal.timeout(leaveAfterMs), timeoutMs, metadata, message);
          return { metadata: Object.fromEntries(reply.header), decodedFrom: () => codec.response.decode(Buffer.from(toBinary(known.output, reply.message))) };
        } catch (error) {
          return { error: failure(error), metadata: error.metadata ? Object.fromEntries(error.metadata) : {} };
        }
      },
      async stream({ service, method, requests, takeTurns, leaveAfter, metadata, timeoutMs }) {
        const codec = codecOf(service, method);
        const known = describe(service, method);
        const replies = [];
        const turn = takeTurns ? new Turns() : undefined;
        async function* input() {
          for (const request of requests) {
            if (turn) await turn.mine();
            yield fromBinary(known.input, codec.request.encode(request));
          }
        }
        const left = new AbortController();
        try {
          const reply = await transport.stream(known, left.signal, timeoutMs, metadata, input());
          for await (const message of reply.message) {
            replies.push(codec.response.decode(Buffer.from(toBinary(known.output, message))));
            if (turn) turn.yours();
            if (replies.length === leaveAfter) left.abort();
          }
          return { replies };
        } catch (error) {
          return left.signal.aborted ? { replies } : { replies, error: failure(error) };
        }
      },
      decode: ({ decodedFrom }) => decodedFrom(),
      close() {},
    };
  },
};

function failure(error) {
  if (!(error instanceof ConnectError)) return { name: error.name, message: error.message, class: null, cause: null, fields: {} };
  const details = error.details.filter(({ value }) => value instanceof Uint8Array).map(({ type, value }) => ({ type, value }));
  return { name: 'ConnectError', status: error.code, message: error.rawMessage, ...readDetails(details) };
}

module.exports = client;
if (require.main === module) clientMain(client);
