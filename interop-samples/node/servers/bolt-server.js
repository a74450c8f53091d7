#!/usr/bin/env node
'use strict';

// A SOFARPC provider over Bolt: sofa-rpc-node's RpcServer without a registry.

const RpcResponseCommand = require('sofa-bolt-node/lib/protocol/rpc_res_cmd');
const SimpleMapSerializer = require('sofa-bolt-node/lib/simple_map_serializer');
const RpcResponse = require('sofa-rpc-node/lib/server/response');
const commandLine = require('../lib/command-line');
const frames = require('../lib/bolt-frames');
const { serve } = require('../lib/rpc-server');
const { Witness } = require('../lib/witness');

const usage = `bolt-server.js [--port 12200] [--witness 18100] [--service com.acme.order.BoltOrderService] [--fresh-classes]
  --witness PORT    side port with what was received on the wire; 0 for none
  --fresh-classes   do not cache class definitions per connection (see the README's trap about two writers on one connection)`;

const args = commandLine.read(
  { port: '12200', witness: '18100', service: 'com.acme.order.BoltOrderService', 'fresh-classes': false }, usage);

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
  await serve({
    serviceName: args.service,
    port: Number(args.port),
    frames,
    witness,
    metadata,
    nullResult: null,
    options: { responseClass: BaggageResponse, disableDecodeCache: args['fresh-classes'] },
  });
  console.log(JSON.stringify({ ready: 'bolt', port: Number(args.port), witness: Number(args.witness), service: args.service }));
  commandLine.stopOnSignal();
}

main();
