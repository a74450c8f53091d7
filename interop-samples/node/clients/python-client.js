#!/usr/bin/env node
'use strict';

// A gRPC caller whose calls are made by Python's grpcio, with Python's protobuf (../../python/grpc_caller.py). Only the cases are in Node.

const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');
const { spawn } = require('child_process');
const { clientMain } = require('../lib/client-main');
const { descriptorSet } = require('../lib/descriptor-set');
const { detailsOf, readDetails } = require('../lib/grpc-status');
const { Schema } = require('../lib/proto-schema');

const empty = 'google.protobuf.Empty';

const client = {
  kind: 'grpc',
  script: 'python-client.js',
  target: '127.0.0.1:18382',
  service: 'com.acme.order.GrpcOrderService',
  create({ target }) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bridgemesh-python-'));
    const descriptors = path.join(folder, 'set.binpb');
    fs.writeFileSync(descriptors, descriptorSet());
    const script = path.join(__dirname, '..', '..', 'python', 'grpc_caller.py');
    const python = spawn('/usr/bin/python3', [ script, target, descriptors ], { stdio: [ 'pipe', 'pipe', 'inherit' ] });
    const waiting = new Map();
    readline.createInterface({ input: python.stdout }).on('line', line => {
      const answer = JSON.parse(line);
      waiting.get(answer.id)(answer);
      waiting.delete(answer.id);
    });
    const schemas = new Map();
    const codecOf = (service, method) => {
      if (!service.methods) return undefined;
      if (!schemas.has(service.name)) schemas.set(service.name, new Schema().methods(service));
      return schemas.get(service.name)[method.key];
    };
    let last = 0;
    return {
      deadline: ms => ({ 'grpc-timeout': `${ms}m` }),
      async call({ service, method, args, metadata, timeoutMs, leaveAfterMs }) {
        const codec = codecOf(service, method);
        const id = ++last;
        const answered = new Promise(resolve => { waiting.set(id, resolve); });
        python.stdin.write(`${JSON.stringify({
          id, path: `/${service.name}/${method.key || method.name}`, metadata, leaveAfterMs, timeoutMs: timeoutMs || 20000,
          request: (codec ? codec.request.encode(args) : Buffer.alloc(0)).toString('base64'),
          requestType: codec ? codec.request.name : empty, responseType: codec ? codec.response.name : empty,
        })}\n`);
        const { response, code, message, details, metadata: initial } = await answered;
        if (code === 0) return { metadata: initial, decodedFrom: () => codec.response.decode(Buffer.from(response, 'base64')) };
        const found = { name: 'RpcError', status: code, message, class: null, cause: null, fields: {} };
        return { metadata: initial, error: { ...found, ...(details ? readDetails(detailsOf(Buffer.from(details, 'base64'))) : {}) } };
      },
      decode: ({ decodedFrom }) => decodedFrom(),
      close() {
        python.stdin.end();
        fs.rmSync(folder, { recursive: true });
      },
    };
  },
};

module.exports = client;
if (require.main === module) clientMain(client);
