#!/usr/bin/env node
'use strict';

// A SOFARPC provider over Bolt: sofa-rpc-node's RpcServer without a registry.

const RpcResponseCommand = require('sofa-bolt-node/lib/protocol/rpc_res_cmd');
const SimpleMapSerializer = require('sofa-bolt-node/lib/simple_map_serializer');
const RpcResponse = require('sofa-rpc-node/lib/server/response');
const commandLine = require('../lib/command-line');
const frames = require('../lib/bolt-frames');
const registries = require('../lib/registries');
const { serve } = require('../lib/rpc-server');
const { Witness } = require('../lib/witness');

const usage = `bolt-server.js [--port 12200] [--witness 18100] [--service com.acme.order.BoltOrderService] [--fresh-classes] [--registry zookeeper://127.0.0.1:2181]
  --registry URL    registers there; lines "leave" and "join" on the input take it out and put it back;
                    with --standby it waits for the first "join"
  --witness PORT    side port with what was received on the wire; 0 for none
  --fresh-classes   do not cache class definitions per connection (see the README's trap about two writers on one connection)`;

const args = commandLine.read(
  { port: '12200', witness: '18100', service: 'com.acme.order.BoltOrderService', 'fresh-classes': false, registry: '', standby: false }, usage);

/** What a Java provider writes: the Bolt header map beside the content, which sofa-bolt-node fills for protobuf only. */
class ResponseWithHeader extends RpcResponseCommand {
  serializeHeader(byteBuffer) {
    byteBuffer.put(SimpleMapSerializer.encode(this.obj.header));
  }
}

/** Adds reply metadata the SOFARPC way: rpc_resp_baggage.* in responseProps and, as Java does, in the header too. */
class BaggageResponse extends RpcResponse {
  async send(res) {
    res.responseProps = { 'rpc_resp_baggage.x-served-by': 'bolt-server' };
    res.header = { ...res.responseProps };
    const thrown = res.appResponse && res.appResponse.$class && /Exception$/.test(res.appResponse.$class);
    if (thrown) res.header.sofa_head_response_error = 'true';
    // A failed call keeps the library's own form: status 2 around an RpcServerException.
    return super.send(res.isError ? res : new ResponseWithHeader(res, this.req.options));
  }
}

function metadata(req, key) {
  const properties = req.data.requestProps || {};
  const baggage = properties.rpc_req_baggage || {};
  return baggage[key] || properties[`rpc_req_baggage.${key}`] || properties[key] || null;
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
    nullResult: null,
    options: { responseClass: BaggageResponse, disableDecodeCache: args['fresh-classes'] },
  });
  const ready = { ready: 'bolt', port: Number(args.port), witness: Number(args.witness), service: args.service };
  commandLine.stopOnSignal();
  const registry = registries.parse(args.registry);
  if (registry) return registries.steer(registries.joinZooKeeper(server, registries.zookeeper(registry)), ready, args.standby);
  console.log(JSON.stringify(ready));
}

main();
