#!/usr/bin/env node
'use strict';

// The order service in the ledger protocol, on plain node:net.

const net = require('net');
const commandLine = require('../lib/command-line');
const contract = require('../lib/contract');
const ledger = require('../lib/ledger-frames');
const orders = require('../lib/orders');
const { fromJson } = require('../lib/values');

const usage = 'ledger-server.js [--port 16100] [--service com.acme.order.LedgerOrderService]';
const args = commandLine.read({ port: '16100', service: 'com.acme.order.LedgerOrderService' }, usage);
const service = contract.service(args.service);

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function answer(request) {
  if (request.service !== service.name) throw new Refusal('Unimplemented', `no service ${request.service}`);
  const method = service.methods[request.method];
  if (!method) throw new Refusal('Unimplemented', `no method ${request.method}`);
  if (Array.isArray(request.args) || !request.args) throw new Refusal('InvalidArgument', 'this service takes arguments by name');
  const unknown = Object.keys(request.args).find(name => !method.parameters.some(([ parameter ]) => parameter === name));
  if (unknown) throw new Refusal('InvalidArgument', `no parameter ${unknown}`);
  const named = Object.fromEntries(method.parameters.map(([ name, type ]) => [ name, fromJson(request.args[name], type) ]));
  const meta = request.meta || {};
  const value = await orders.methods[method.name](named, key => meta[key.toLowerCase()] || null);
  return method.returns.kind === 'void' ? {} : { result: ledger.toLedger(value, method.returns) };
}

function failureOf(error) {
  if (error instanceof Refusal) return { status: error.status, message: error.message };
  if (!(error instanceof orders.OrderFailure)) return { status: 'Internal', message: 'the service failed' };
  return {
    status: error.declared ? 'BusinessException' : 'RuntimeException', type: error.className, message: error.message,
    ...(error.declared ? { value: error.fields } : {}),
  };
}

const server = net.createServer(socket => {
  socket.on('error', () => socket.destroy());
  ledger.read(socket, async frame => {
    if (frame.kind === ledger.kinds.ping) socket.write(ledger.encode(ledger.kinds.pong, frame.id, 0));
    if (frame.kind !== ledger.kinds.request && frame.kind !== ledger.kinds.oneWay) return;
    let reply;
    try {
      reply = await answer(frame.body);
    } catch (error) {
      reply = { error: failureOf(error) };
    }
    if (frame.kind === ledger.kinds.request && socket.writable) {
      socket.write(ledger.encode(ledger.kinds.reply, frame.id, 0, { ...reply, meta: { 'x-served-by': 'ledger-server' } }));
    }
  });
});
server.listen(Number(args.port), '127.0.0.1', () => {
  console.log(JSON.stringify({ ready: 'ledger', port: Number(args.port), service: args.service }));
});
commandLine.stopOnSignal();
