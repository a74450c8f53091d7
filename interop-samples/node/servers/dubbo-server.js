#!/usr/bin/env node
'use strict';

// A Dubbo 2 provider: sofa-rpc-node's RpcServer speaking dubbo-remoting, without ZooKeeper. It answers with result flags 0 and 1
// only; apache-service-server.js answers with attachments (3, 4, 5).

const dubboRemoting = require('dubbo-remoting');
const commandLine = require('../lib/command-line');
const frames = require('../lib/dubbo-frames');
const generic = require('../lib/generic');
const registries = require('../lib/registries');
const { serve } = require('../lib/rpc-server');
const { Witness } = require('../lib/witness');

const usage = `dubbo-server.js [--port 20880] [--witness 18101] [--service com.acme.order.DubboOrderService] [--registry zookeeper://127.0.0.1:2181/dubbo]
  --registry URL    registers there; lines "leave" and "join" on the input take it out and put it back;
                    with --standby it waits for the first "join"
  --witness PORT    side port with what was received on the wire; 0 for none`;

const args = commandLine.read({ port: '20880', witness: '18101', service: 'com.acme.order.DubboOrderService', registry: '', standby: false }, usage);

function metadata(req, key) {
  const value = (req.data.requestProps || {})[key];
  return value === undefined ? null : value;
}

async function main() {
  const witness = new Witness();
  witness.listen(args.witness);
  const server = await serve({
    serviceName: args.service,
    port: Number(args.port),
    frames,
    witness,
    metadata,
    // A falsy result would lose its result flag: dubbo-remoting writes a bare null, which no consumer can read.
    nullResult: { $class: 'java.lang.Object', $: null },
    options: { protocol: dubboRemoting, group: '' }, // its own default, SOFA, would be Dubbo's group in a registry
    extra: service => ({
      async $invoke(method, types, values) { return generic.invoke(service, method, types, values, key => metadata(this.req, key)); },
      async $echo(value) { return value === null || value === undefined ? { $class: 'java.lang.Object', $: null } : value; },
    }),
  });
  const ready = { ready: 'dubbo', port: Number(args.port), witness: Number(args.witness), service: args.service };
  commandLine.stopOnSignal();
  const registry = registries.parse(args.registry);
  if (registry) return registries.steer(registries.joinZooKeeper(server, registries.zookeeper(registry)), ready, args.standby);
  console.log(JSON.stringify(ready));
}

main();
