#!/usr/bin/env node
'use strict';

// A gRPC caller on @grpc/grpc-js, in the contract's protobuf form; --target etcd://host:port looks each call's address up there, by etcd3. An error's class and fields come from grpc-status-details-bin.

const grpc = require('@grpc/grpc-js');
const { clientMain } = require('../lib/client-main');
const { detailsOf, readDetails } = require('../lib/grpc-status');
const { Schema } = require('../lib/proto-schema');
const registries = require('../lib/registries');

const maxBytes = 16 * 1024 * 1024;
const same = bytes => bytes;

const client = {
  kind: 'grpc',
  script: 'grpc-client.js',
  target: '127.0.0.1:18382',
  service: 'com.acme.order.GrpcOrderService',
  async create({ target, direct, services }) {
    const schemas = new Map();
    const address = registries.parse(target);
    const found = address && await registries.follow(address, { service: services[0].service.name, protocol: 'grpc' });
    const channels = new Map();
    const channelTo = host => {
      if (!channels.has(host)) {
        channels.set(host, new grpc.Client(host, grpc.credentials.createInsecure(), {
          'grpc.max_receive_message_length': maxBytes, 'grpc.max_send_message_length': maxBytes, 'grpc.max_reconnect_backoff_ms': 200,
        }));
      }
      return channels.get(host);
    };
    const methodsOf = service => {
      if (!schemas.has(service.name)) schemas.set(service.name, new Schema().methods(service));
      return schemas.get(service.name);
    };
    // A Triple server that speaks gRPC tells a service's versions apart by Triple's own header.
    const headersFor = (service, metadata) =>
      headersOf({ ...metadata, ...(direct && /Triple/.test(service.name) ? { 'tri-service-version': service.version } : {}) });
    return {
      call({ service, method, args, metadata, timeoutMs, values: bytes, leaveAfterMs }) {
        const headers = headersFor(service, metadata);
        // An overload goes by its key, which is its name in protobuf. A service or method that the contract lacks is called with an empty message; bytes are a message that no values could give.
        const known = service.methods && service.methods[method.key] && methodsOf(service)[method.key];
        const message = bytes || (known ? known.request.encode(args) : Buffer.alloc(0));
        return new Promise(resolve => {
          let initial = new grpc.Metadata();
          const call = channelTo(found ? found.next() : target).makeUnaryRequest(`/${service.name}/${method.key || method.name}`, same, same, message, headers,
            'grpc-timeout' in (metadata || {}) ? {} : { deadline: Date.now() + (timeoutMs || 20000) }, (error, response) => {
              const shown = { metadata: Object.fromEntries(Object.entries(initial.getMap()).map(([ name, value ]) => [ name, String(value) ])) };
              resolve(error ? { ...shown, error: failure(error) } : { ...shown, decodedFrom: () => known.response.decode(response) });
            });
          if (leaveAfterMs) setTimeout(() => call.cancel(), leaveAfterMs);
          call.on('metadata', received => { initial = received; });
        });
      },
      /** requests: argument objects, the next of which is sent for each reply where they take turns. */
      stream({ service, method, requests, takeTurns, leaveAfter, metadata, timeoutMs }) {
        const { path, request, response } = methodsOf(service)[method.key];
        const headers = headersFor(service, metadata);
        const left = [ ...requests ];
        const options = { deadline: Date.now() + (timeoutMs || 20000) };
        const replies = [];
        const channel = channelTo(found ? found.next() : target);
        return new Promise(resolve => {
          const end = error => resolve({ replies, ...(error && !(leaveAfter && error.code === grpc.status.CANCELLED) ? { error: failure(error) } : {}) });
          const onReply = bytes => {
            replies.push(response.decode(bytes));
            if (leaveAfter && replies.length === leaveAfter) call.cancel();
            else if (takeTurns) sendNext();
          };
          const whole = (error, bytes) => {
            if (bytes) onReply(bytes);
            end(error);
          };
          const call = method.replyStream
            ? method.requestStream ? channel.makeBidiStreamRequest(path, same, same, headers, options)
              : channel.makeServerStreamRequest(path, same, same, request.encode(left[0]), headers, options)
            : channel.makeClientStreamRequest(path, same, same, headers, options, whole);
          const sendNext = () => (left.length ? call.write(request.encode(left.shift())) : call.end());
          if (method.replyStream) call.on('data', onReply).on('error', end).on('end', () => end());
          if (takeTurns) sendNext();
          else if (method.requestStream) while (!call.writableEnded) sendNext();
        });
      },
      decode: ({ decodedFrom }) => decodedFrom(),
      close: () => {
        if (found) found.close();
        for (const channel of channels.values()) channel.close();
      },
    };
  },
};

function headersOf(metadata) {
  const headers = new grpc.Metadata();
  for (const [ name, value ] of Object.entries(metadata || {})) headers.set(name, value);
  return headers;
}

function failure(error) {
  const found = { name: 'GrpcError', status: error.code, message: error.details, class: null, cause: null, fields: {} };
  const [ bytes ] = error.metadata ? error.metadata.get('grpc-status-details-bin') : [];
  if (!bytes) return found;
  return { ...found, ...readDetails(detailsOf(bytes)) };
}

module.exports = client;
if (require.main === module) clientMain(client);
