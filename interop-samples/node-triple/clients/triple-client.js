#!/usr/bin/env node
'use strict';

// A Triple caller on dubbo-node, over HTTP/2 in clear text, in the contract's protobuf form. --json sends ProtoJSON.

const { DubboError } = require('@apachedubbo/dubbo');
const { createDubboTransport } = require('@apachedubbo/dubbo-node');
const { MethodKind } = require('@bufbuild/protobuf');
const { clientMain } = require('../../node/lib/client-main');
const { readDetails } = require('../../node/lib/grpc-status');
const { Schema } = require('../../node/lib/proto-schema');
const { messageOf, methodOf, serviceOf } = require('../lib/schema');
const { Turns } = require('../../node/lib/turns');

// The library adds an error listener to the one HTTP/2 session for each call.
require('events').defaultMaxListeners = 100;

const client = {
  kind: 'triple',
  script: 'triple-client.js',
  target: '127.0.0.1:18383',
  service: 'com.acme.order.TripleOrderService',
  options: { json: false },
  create({ target, json }) {
    const transport = createDubboTransport({ baseUrl: `http://${target}`, httpVersion: '2', useBinaryFormat: !json });
    const schemas = new Map();
    const codecOf = (service, method) => {
      if (!service.methods) return undefined;
      if (!schemas.has(service.name)) schemas.set(service.name, new Schema().methods(service));
      return schemas.get(service.name)[method.key];
    };
    return {
      async call({ service, method, args, metadata, timeoutMs, values: bytes, leaveAfterMs }) {
        const codec = codecOf(service, method);
        const known = codec && methodOf(serviceOf(service.name), method.key);
        const empty = messageOf('google.protobuf.Empty');
        // What the contract lacks is called with an empty message, and an overload by its key, its name in protobuf.
        const { I, O } = known || { I: empty, O: empty };
        const described = { name: method.key || method.name, kind: MethodKind.Unary, I, O };
        const message = bytes ? withBytes(new I(), bytes) : I.fromBinary(codec ? codec.request.encode(args) : Buffer.alloc(0));
        try {
          const reply = await transport.unary({ typeName: service.name, methods: {} }, described, leaveAfterMs && AbortSignal.timeout(leaveAfterMs), timeoutMs, metadata, message,
            { serviceVersion: service.version, serviceGroup: service.group });
          return { metadata: Object.fromEntries(reply.header), decodedFrom: () => codec.response.decode(Buffer.from(reply.message.toBinary())) };
        } catch (error) {
          return { error: failure(error), metadata: error.metadata ? Object.fromEntries(error.metadata) : {} };
        }
      },
      async stream({ service, method, requests, takeTurns, leaveAfter, metadata, timeoutMs }) {
        const codec = codecOf(service, method);
        const described = serviceOf(service.name);
        const known = methodOf(described, method.key);
        const replies = [];
        const turn = takeTurns ? new Turns() : undefined;
        async function* input() {
          for (const request of requests) {
            if (turn) await turn.mine();
            yield known.I.fromBinary(codec.request.encode(request));
          }
        }
        const left = new AbortController();
        try {
          const reply = await transport.stream(described, known, left.signal, timeoutMs, { ...metadata, ...versionOf(service) }, input());
          for await (const message of reply.message) {
            replies.push(codec.response.decode(Buffer.from(message.toBinary())));
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

/** The library forgets a service's version where the call streams. */
const versionOf = ({ version }) => (version ? { 'tri-service-version': version } : {});

/** A message that goes out as bytes which no values could give. */
const withBytes = (message, bytes) => Object.assign(message, { toBinary: () => bytes });

function failure(error) {
  if (!(error instanceof DubboError)) return { name: error.name, message: error.message, class: null, cause: null, fields: {} };
  const details = error.details.map(({ type, value }) => ({ type: type.replace(/^type\.googleapis\.com\//, ''), value }));
  return { name: 'DubboError', status: error.code, message: error.rawMessage, ...readDetails(details) };
}

module.exports = client;
if (require.main === module) clientMain(client);
