#!/usr/bin/env node
'use strict';

// A second Dubbo 2 provider: apache-dubbo-service, which answers with attachments (result flags 3, 4 and 5). It wants a registry
// object; one that registers nothing is enough, so neither ZooKeeper nor its native client is needed.

const net = require('net');
const ports = require('apache-dubbo-service/lib/port');
const { DubboService } = require('apache-dubbo-service');
const commandLine = require('../lib/command-line');
const contract = require('../lib/contract');
const frames = require('../lib/dubbo-frames');
const orders = require('../lib/orders');
const { fromHessian, toHessian } = require('../lib/values');
const { Witness } = require('../lib/witness');

const usage = `apache-service-server.js [--port 20881] [--witness 18103] [--service com.acme.order.ApacheOrderService]
  --witness PORT    side port with what was received on the wire; 0 for none`;

const args = commandLine.read({ port: '20881', witness: '18103', service: 'com.acme.order.ApacheOrderService' }, usage);
const services = [ contract.service(args.service), contract.cornersOf(args.service) ].filter(Boolean);
const witness = new Witness();

// The library picks a random free port and listens on every address; both are settled here.
ports.randomPort = async () => Number(args.port);
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === 'number' ? listen.call(this, port, '127.0.0.1', ...rest) : listen.call(this, port, ...rest);
};

function methodsOf(service) {
  const methods = {};
  for (const [ name, overloads ] of Object.entries(contract.overloads(service))) {
    methods[name] = async (...values) => {
      const context = values.pop();
      const method = contract.chooseOverload(overloads, context.request.parameterTypeDesc);
      const named = {};
      const memo = new Map();
      method.parameters.forEach(([ parameter, type ], i) => { named[parameter] = fromHessian(values[i], type, memo); });
      context.attachments = { 'x-served-by': 'apache-service' };
      const value = await orders.methods[method.key](named, key => context.request.attachment[key] || null);
      return toHessian(value, method.returns);
    };
  }
  return methods;
}

async function main() {
  witness.listen(args.witness);
  const dubbo = DubboService.from({
    registry: { ready: async () => {}, registerServices: async () => {}, close() {} },
    services: Object.fromEntries(services.map(service => [ service.name, { dubboInterface: service.name, methods: methodsOf(service) } ])),
    dubboSetting: { getDubboSetting: () => ({ group: '', version: services[0].version }) },
  });
  await dubbo.ready();
  dubbo.server.on('connection', socket => { witness.tap(socket, frames); });
  console.log(JSON.stringify({ ready: 'apache', port: Number(args.port), witness: Number(args.witness), service: args.service }));
  commandLine.stopOnSignal();
}

main();
