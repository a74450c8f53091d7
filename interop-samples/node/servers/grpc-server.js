#!/usr/bin/env node
'use strict';

// A gRPC service on @grpc/grpc-js, in the contract's protobuf form: orders and corners. A declared exception is a status whose details have its
// message. The messages reach the handlers as bytes, so that the witness has them as they came.

const { once } = require('events');
const grpc = require('@grpc/grpc-js');
const commandLine = require('../lib/command-line');
const contract = require('../lib/contract');
const { thrown, writeStatus } = require('../lib/grpc-status');
const orders = require('../lib/orders');
const streams = require('../lib/streams');
const registries = require('../lib/registries');
const { Schema } = require('../lib/proto-schema');
const { viewMessage } = require('../lib/proto-view');
const { Witness } = require('../lib/witness');

const args = commandLine.read({ port: '18382', witness: '18106', service: 'com.acme.order.GrpcOrderService', registry: '', standby: false },
  'grpc-server.js [--port 18382] [--witness 18106] [--service NAME] [--registry etcd://127.0.0.1:2379]');
const maxBytes = 16 * 1024 * 1024;
const witness = new Witness();

function statusOf(error) {
  const metadata = new grpc.Metadata();
  if (!(error instanceof orders.OrderFailure)) return { code: grpc.status.UNKNOWN, details: error.message, metadata };
  if (!error.declared) return { code: grpc.status.INTERNAL, details: error.message, metadata };
  const code = grpc.status.FAILED_PRECONDITION;
  metadata.set('grpc-status-details-bin', writeStatus(code, error.message, [ thrown(error) ]));
  return { code, details: error.message, metadata };
}

const headersOf = metadata => Object.fromEntries(Object.keys(metadata.getMap()).map(name => [ name, String(metadata.get(name)[0]) ]));

/** The time that the caller gave, as it was when the call came; 0 where it gave none. */
function timeLeftOf(call) {
  const deadline = call.getDeadline();
  return deadline === Infinity ? 0 : Number(deadline) - Date.now();
}

function handlerOf(service, key, codec) {
  const { request, response } = codec;
  return async (call, callback) => {
    const view = { service: service.name, method: service.methods[key].name, metadata: { headers: headersOf(call.metadata) }, timeoutMs: timeLeftOf(call) };
    let isAnswered = false;
    call.on('cancelled', () => isAnswered || witness.recordLeft(view));
    witness.record(call.request, () => ({ ...view, ...viewMessage(call.request, service.methods[key], codec) }));
    const initial = new grpc.Metadata();
    initial.set('x-served-by', 'grpc-server');
    call.sendMetadata(initial);
    try {
      const value = await orders.methods[key](request.decode(call.request), name => call.metadata.get(name)[0] || null);
      isAnswered = true;
      callback(null, response.encode(value));
    } catch (error) {
      isAnswered = true;
      callback(statusOf(error));
    }
  };
}

/** A call with any number of messages, which come and go as bytes. */
function streamHandlerOf(service, key, codec) {
  const method = service.methods[key];
  return async (call, callback) => {
    const left = new AbortController();
    const gone = new Promise(resolve => left.signal.addEventListener('abort', resolve));
    call.on('cancelled', () => left.abort());
    const initial = new grpc.Metadata();
    initial.set('x-served-by', 'grpc-server');
    call.sendMetadata(initial);
    let only;
    const send = async value => {
      if (!method.replyStream) only = codec.response.encode(value);
      else if (!call.write(codec.response.encode(value))) await Promise.race([ once(call, 'drain'), gone ]);
    };
    try {
      await streams.serve({
        witness, service, method, send, signal: left.signal, incoming: method.requestStream ? call.iterator({ destroyOnReturn: false }) : [ call.request ],
        view: { metadata: { headers: headersOf(call.metadata) }, timeoutMs: timeLeftOf(call) },
        codec: { ...codec, view: bytes => viewMessage(bytes, method, codec) },
      });
      if (callback) callback(null, only);
      else call.end();
    } catch (error) {
      if (callback) callback(statusOf(error));
      else call.emit('error', statusOf(error));
    }
  };
}

const server = new grpc.Server({ 'grpc.max_receive_message_length': maxBytes, 'grpc.max_send_message_length': maxBytes });
for (const service of [ contract.service(args.service), contract.cornersOf(args.service), contract.streamsOf(args.service) ].filter(Boolean)) {
  const methods = new Schema().methods(service);
  const same = bytes => bytes;
  const isStream = ({ requestStream, replyStream }) => requestStream || replyStream;
  const definition = Object.fromEntries(Object.entries(methods).map(([ key, { path } ]) => [ key, {
    path, requestStream: service.methods[key].requestStream, responseStream: service.methods[key].replyStream,
    requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same,
  } ]));
  server.addService(definition, Object.fromEntries(Object.entries(methods)
    .map(([ key, codec ]) => [ key, (isStream(service.methods[key]) ? streamHandlerOf : handlerOf)(service, key, codec) ])));
}
witness.listen(args.witness);
server.bindAsync(`127.0.0.1:${args.port}`, grpc.ServerCredentials.createInsecure(), error => {
  if (error) throw error;
  const ready = { ready: 'grpc', port: Number(args.port), witness: Number(args.witness), service: args.service };
  const registry = registries.parse(args.registry);
  if (registry) return registries.steer(registries.joinEtcd(registry, args.service, 'grpc', Number(args.port)), ready, args.standby);
  return console.log(JSON.stringify(ready));
});
commandLine.stopOnSignal(() => server.forceShutdown());
