#!/usr/bin/env node
'use strict';

// A caller in the ledger protocol, over one connection.

const net = require('net');
const { clientMain } = require('../lib/client-main');
const json = require('../lib/lossless-json');
const ledger = require('../lib/ledger-frames');
const { fromJson } = require('../lib/values');

const client = {
  kind: 'ledger',
  script: 'ledger-client.js',
  target: '127.0.0.1:16000',
  service: 'com.acme.order.LedgerOrderService',
  async create({ target }) {
    const [ host, port ] = target.split(':');
    const waiting = new Map();
    const socket = net.connect(Number(port), host);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    let nextId = 1n;
    const fail = error => {
      for (const settle of waiting.values()) settle({ error: { status: 'Closed', message: String(error), class: null, fields: {} } });
      waiting.clear();
    };
    socket.on('error', fail).on('close', () => fail('the connection closed'));
    ledger.read(socket, frame => {
      const settle = waiting.get(frame.id);
      waiting.delete(frame.id);
      if (settle && frame.kind === ledger.kinds.reply) settle(answerOf(frame.body));
      if (frame.kind === ledger.kinds.ping) socket.write(ledger.encode(ledger.kinds.pong, frame.id, 0));
    });

    return {
      call({ service, method, args, metadata, timeoutMs }) {
        const id = nextId++;
        const limit = timeoutMs || 20000;
        return new Promise(resolve => {
          const timer = setTimeout(() => {
            waiting.delete(id);
            resolve({ error: { status: 'Timeout', message: `no answer in ${limit} ms`, class: null, fields: {} } });
          }, limit);
          waiting.set(id, answer => {
            clearTimeout(timer);
            resolve(answer);
          });
          socket.write(ledger.encode(ledger.kinds.request, id, limit, {
            service: service.name,
            ...(service.version ? { version: service.version } : {}),
            method: method.name,
            args: Object.fromEntries(method.parameters.map(([ name, type ]) => [ name, ledger.toLedger(args[name], type) ])),
            meta: metadata || {},
          }));
        });
      },
      decode: (answer, type) => (answer.result === undefined ? null : fromJson(answer.result, type)),
      close: () => socket.destroy(),
    };
  },
};

function answerOf({ result, error, meta = {} }) {
  if (error) {
    const fields = Object.fromEntries(Object.entries(error.value || {})
      .map(([ name, value ]) => [ name, value instanceof json.JsonNumber ? Number(value.text) : value ]));
    return { error: { status: error.status, message: error.message || '', class: error.type || null, fields }, metadata: meta };
  }
  const raw = Buffer.from(result === undefined ? '' : json.stringify(result), 'utf8');
  return { result, raw, contentType: 'application/json', metadata: meta };
}

module.exports = client;
if (require.main === module) clientMain(client);
