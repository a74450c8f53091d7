#!/usr/bin/env node
'use strict';

// A SOFARPC consumer over Bolt: sofa-rpc-node's RpcClient with a direct serverHost, or with --target zookeeper://host:port its ZooKeeper registry.

process.env.NODE_CLUSTER_CLIENT_SINGLE_MODE = '1';

const frames = require('../lib/bolt-frames');
const takeReply = require('../lib/reply-tap')(frames);
const { RpcClient } = require('sofa-rpc-node').client;
const { clientMain } = require('../lib/client-main');
const { toHessianArgument } = require('../lib/values');
const { failureOf } = require('../lib/failure');
const registries = require('../lib/registries');
const { quiet } = require('../lib/rpc-server');

const client = {
  kind: 'bolt',
  script: 'bolt-client.js',
  target: '127.0.0.1:12200',
  service: 'com.acme.order.BoltOrderService',
  create({ target }) {
    const address = registries.parse(target);
    const where = address ? {} : { serverHost: target };
    const client = new RpcClient({ logger: quiet, registry: address ? registries.zookeeper(address) : undefined });
    client.on('error', () => { /* reported by the call that failed */ });
    client.use(async (context, next) => {
      try {
        await next();
      } finally {
        const sink = context.req.ctx;
        sink.requestId = context.req.meta.id;
        sink.metadata = (context.res && context.res.responseProps) || {};
      }
    });

    return {
      async call({ service, method, args, values, metadata, properties, timeoutMs }) {
        // Without a version in the contract the library's own default goes out, 1.0, as every SOFARPC client does it.
        // In its registry every SOFARPC service has that version.
        const version = (!address && service.version) || '1.0';
        const consumer = client.createConsumer({ interfaceName: service.name, version, ...where });
        const sink = {};
        const options = { responseTimeout: timeoutMs, ctx: sink };
        if (metadata) options.requestProps = { service: consumer.id, rpc_req_baggage: metadata };
        if (properties) options.requestProps = { service: consumer.id, ...properties };
        const memo = new Map();
        const typedArgs = values || method.parameters.map(([ name, type ]) => toHessianArgument(args[name], type, memo));
        try {
          const raw = await consumer.invoke(method.name, typedArgs, options);
          return { raw, typed: takeReply(sink.requestId), metadata: baggage(sink.metadata) };
        } catch (error) {
          const typed = takeReply(sink.requestId);
          return { error: failureOf(error, typed), typed, metadata: baggage(sink.metadata) };
        }
      },
      close: () => client.close(),
    };
  },
};

/** Baggage keys without SOFARPC's prefix. */
function baggage(properties) {
  return Object.fromEntries(Object.entries(properties || {}).map(([ key, value ]) => [ key.replace(/^rpc_resp_baggage\./, ''), value ]));
}

module.exports = client;
if (require.main === module) clientMain(client);
