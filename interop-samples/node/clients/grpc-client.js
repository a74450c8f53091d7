#!/usr/bin/env node
'use strict';

// A gRPC caller on @grpc/grpc-js, in the contract's protobuf form. An error's class and fields come from grpc-status-details-bin.

const grpc = require('@grpc/grpc-js');
const { clientMain } = require('../lib/client-main');
const { Schema, readErrorInfo, readOrderException, readStatus } = require('../lib/grpc-schema');

const maxBytes = 16 * 1024 * 1024;

const client = {
  kind: 'grpc',
  script: 'grpc-client.js',
  target: '127.0.0.1:18382',
  service: 'com.acme.order.GrpcOrderService',
  create({ target }) {
    const schemas = new Map();
    const channel = new grpc.Client(target, grpc.credentials.createInsecure(), {
      'grpc.max_receive_message_length': maxBytes, 'grpc.max_send_message_length': maxBytes,
    });
    const schemaOf = service => {
      if (!schemas.has(service.name)) schemas.set(service.name, new Schema().service(service));
      return schemas.get(service.name);
    };
    return {
      call({ service, method, args, metadata, timeoutMs }) {
        const headers = new grpc.Metadata();
        for (const [ name, value ] of Object.entries(metadata || {})) headers.set(name, value);
        // A service or method that the contract lacks is called with an empty message.
        const known = service.methods && service.methods[method.key] && schemaOf(service);
        const path = `/${service.name}/${method.name}`;
        const { requestSerialize, responseDeserialize } = known ? known.grpc[method.key] : { requestSerialize: () => Buffer.alloc(0), responseDeserialize: bytes => bytes };
        const message = known ? known.methods[method.key].request.pack(args) : {};
        return new Promise(resolve => {
          let initial = new grpc.Metadata();
          const call = channel.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, headers,
            { deadline: Date.now() + (timeoutMs || 20000) }, (error, response) => {
              const shown = { metadata: Object.fromEntries(Object.entries(initial.getMap()).map(([ name, value ]) => [ name, String(value) ])) };
              resolve(error ? { ...shown, error: failure(error) } : { ...shown, decodedFrom: () => known.methods[method.key].response.unpack(response) });
            });
          call.on('metadata', received => { initial = received; });
        });
      },
      decode: ({ decodedFrom }) => decodedFrom(),
      close: () => channel.close(),
    };
  },
};

function failure(error) {
  const found = { name: 'GrpcError', status: error.code, message: error.details, class: null, cause: null, fields: {} };
  const [ bytes ] = error.metadata ? error.metadata.get('grpc-status-details-bin') : [];
  if (!bytes) return found;
  const status = readStatus(bytes);
  const info = readErrorInfo(status);
  const declared = readOrderException(status);
  const { exception, cause, mayHaveExecuted, ...fields } = (info && info.metadata) || {};
  return {
    ...found, reason: info && info.reason, class: exception || (declared ? 'com.acme.order.OrderException' : null), cause: cause || null,
    fields: { ...fields, ...declared },
  };
}

module.exports = client;
if (require.main === module) clientMain(client);
