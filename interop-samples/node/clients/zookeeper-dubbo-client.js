#!/usr/bin/env node
'use strict';

// A Dubbo 2 consumer out of node-zookeeper-dubbo. It wants `methods` in a provider's URL, and reads results without attachments alone, which
// is what the Dubbo version 2.5 that it says it has gets.

const frames = require('../lib/dubbo-frames');
const takeReply = require('../lib/reply-tap')({ ...frames, requestId: () => 'newest' });
const Dubbo = require('node-zookeeper-dubbo');
const { clientMain } = require('../lib/client-main');
const { failureOf } = require('../lib/failure');
const registries = require('../lib/registries');
const { toHessianArgument } = require('../lib/values');

console.log = console.warn = () => { /* the library tells what it does; the output is for results */ };

const client = {
  kind: 'dubbo',
  script: 'zookeeper-dubbo-client.js',
  target: 'zookeeper://127.0.0.1:2181/dubbo',
  service: 'com.acme.order.BoltOrderService',
  create({ target, services: [ { service } ] }) {
    const { servers, path } = registries.parse(target);
    const dubbo = new Dubbo({
      application: { name: 'interop-samples' }, registry: servers, root: path || 'dubbo', dubboVer: '2.5.3',
      dependencies: { Orders: { interface: service.name, version: service.version || undefined, timeout: 5000 } },
    });
    return {
      async call({ method, args, values }) {
        // A connection that is asked before it stands is given up for good.
        if (!dubbo.Orders || dubbo.Orders.dispatcher.queue.some(socket => !socket.isConnect)) return { error: { name: 'NoProvider', message: `no provider of ${service.name}`, class: null, fields: {} }, metadata: {} };
        const memo = new Map();
        const typedArgs = values || method.parameters.map(([ name, type ]) => toHessianArgument(args[name], type, memo));
        try {
          const raw = await dubbo.Orders[method.name](...typedArgs);
          return { raw, typed: takeReply('newest'), metadata: {} };
        } catch (error) {
          const typed = takeReply('newest');
          return { error: failureOf(error instanceof Error ? error : new Error(String(error)), typed), typed, metadata: {} };
        }
      },
      close: () => { /* the library has no close; the process ends */ },
    };
  },
};

module.exports = client;
if (require.main === module) clientMain(client);
