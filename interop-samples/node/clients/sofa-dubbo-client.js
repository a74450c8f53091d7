#!/usr/bin/env node
'use strict';

// A Dubbo 2 consumer out of sofa-rpc-node speaking dubbo-remoting, which finds its providers in ZooKeeper.

const frames = require('../lib/dubbo-frames');
const takeReply = require('../lib/reply-tap')({ ...frames, requestId: () => 'newest' });
const dubboRemoting = require('dubbo-remoting');
const { RpcClient } = require('sofa-rpc-node').client;
const { clientMain } = require('../lib/client-main');
const { failureOf } = require('../lib/failure');
const registries = require('../lib/registries');
const { quiet } = require('../lib/rpc-server');
const { toHessianArgument } = require('../lib/values');

const client = {
  kind: 'dubbo',
  script: 'sofa-dubbo-client.js',
  target: 'zookeeper://127.0.0.1:2181/dubbo',
  service: 'com.acme.order.BoltOrderService',
  create({ target }) {
    const client = new RpcClient({ logger: quiet, protocol: dubboRemoting, registry: registries.zookeeper(registries.parse(target)) });
    client.on('error', () => { /* reported by the call that failed */ });
    return {
      async call({ service, method, args, values, timeoutMs }) {
        const consumer = client.createConsumer({ interfaceName: service.name, version: service.version, group: '' });
        const memo = new Map();
        const typedArgs = values || method.parameters.map(([ name, type ]) => toHessianArgument(args[name], type, memo));
        try {
          const raw = await consumer.invoke(method.name, typedArgs, { responseTimeout: timeoutMs || 5000 });
          return { raw, typed: takeReply('newest'), metadata: {} };
        } catch (error) {
          const typed = takeReply('newest');
          return { error: failureOf(error, typed), typed, metadata: {} };
        }
      },
      close: () => client.close(),
    };
  },
};

module.exports = client;
if (require.main === module) clientMain(client);
