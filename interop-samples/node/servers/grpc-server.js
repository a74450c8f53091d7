#!/usr/bin/env node
'use strict';

// A gRPC order service on @grpc/grpc-js, in the contract's protobuf form. A declared exception is a status whose details have its message.

const grpc = require('@grpc/grpc-js');
const commandLine = require('../lib/command-line');
const contract = require('../lib/contract');
const orders = require('../lib/orders');
const { Schema, writeOrderException, writeStatus } = require('../lib/grpc-schema');

const args = commandLine.read({ port: '18382', service: 'com.acme.order.GrpcOrderService' }, 'grpc-server.js [--port 18382] [--service NAME]');
const service = contract.service(args.service);
const schema = new Schema().service(service);
const maxBytes = 16 * 1024 * 1024;

function statusOf(error) {
  const metadata = new grpc.Metadata();
  if (!(error instanceof orders.OrderFailure)) return { code: grpc.status.UNKNOWN, details: error.message, metadata };
  if (!error.declared) return { code: grpc.status.INTERNAL, details: error.message, metadata };
  const code = grpc.status.FAILED_PRECONDITION;
  const details = [ { typeUrl: `type.googleapis.com/${error.className}`, value: writeOrderException(error.fields) } ];
  metadata.set('grpc-status-details-bin', writeStatus({ code, message: error.message, details }));
  return { code, details: error.message, metadata };
}

const handlers = {};
for (const key of Object.keys(service.methods)) {
  const { request, response } = schema.methods[key];
  handlers[key] = async (call, callback) => {
    const initial = new grpc.Metadata();
    initial.set('x-served-by', 'grpc-server');
    call.sendMetadata(initial);
    try {
      const value = await orders.methods[key](request.unpack(call.request), name => call.metadata.get(name)[0] || null);
      callback(null, response.pack({ value }));
    } catch (error) {
      callback(statusOf(error));
    }
  };
}

const server = new grpc.Server({ 'grpc.max_receive_message_length': maxBytes, 'grpc.max_send_message_length': maxBytes });
server.addService(schema.grpc, handlers);
server.bindAsync(`127.0.0.1:${args.port}`, grpc.ServerCredentials.createInsecure(), error => {
  if (error) throw error;
  console.log(JSON.stringify({ ready: 'grpc', port: Number(args.port), service: args.service }));
});
commandLine.stopOnSignal(() => server.forceShutdown());
