'use strict';

// sofa-rpc-node's RpcServer, shared by the Bolt and the Dubbo server: bound to loopback, with the request handed to the service as
// its context, and with the witness on every socket.

const net = require('net');
const { RpcServer } = require('sofa-rpc-node').server;
const contract = require('./contract');
const orders = require('./orders');
const { fromHessian, toHessian } = require('./values');

class LoopbackRpcServer extends RpcServer {
  _startServer(port) {
    const server = net.createServer();
    server.once('error', error => { this.emit('error', error); });
    server.on('connection', socket => { this._handleSocket(socket); });
    server.listen(port, '127.0.0.1');
    return server;
  }

  createContext(req, res) {
    return { req, res };
  }
}

/**
 * The contract's methods as sofa-rpc-node wants them: async functions whose this is { req, res }. Overloads are one function.
 * metadata(req, key) reads request metadata; nullResult is what the library must be given for null and void.
 */
function delegate(service, { metadata, nullResult }) {
  const result = {};
  for (const [ name, overloads ] of Object.entries(contract.overloads(service))) {
    result[name] = async function (...args) {
      const method = contract.chooseOverload(overloads, this.req.data.methodArgSigs);
      const named = {};
      const memo = new Map();
      method.parameters.forEach(([ parameter, type ], i) => { named[parameter] = fromHessian(args[i], type, memo); });
      try {
        const value = await orders.methods[method.key](named, key => metadata(this.req, key));
        return value === null ? nullResult : toHessian(value, method.returns);
      } catch (error) {
        // A Java service's exception is a typed value; any other error is left to the library's own way of reporting it.
        if (error instanceof orders.OrderFailure) return orders.throwable(error);
        throw error;
      }
    };
  }
  return result;
}

/** Starts serving the named service and its corners; resolves when the port is open. options go to RpcServer; extra(service) adds methods. */
async function serve({ serviceName, port, frames, witness, options, extra, ...rules }) {
  const server = new LoopbackRpcServer({ logger: quiet, port, publishAddress: '127.0.0.1', ...options });
  server.on('connection', connection => { witness.tap(connection.socket, frames); });
  server.on('error', () => { /* a failed call: the caller has been told */ });
  for (const service of [ contract.service(serviceName), contract.cornersOf(serviceName) ].filter(Boolean)) {
    server.addService({ interfaceName: service.name, version: service.version }, { ...delegate(service, rules), ...(extra && extra(service)) });
  }
  await server.start();
  return server;
}

const quiet = {
  debug() {}, info() {}, warn() {},
  error(error) { if (!/a bug in the service|expected an? |not a decimal|Can not find method/.test(error && error.message)) console.error(error); },
};

module.exports = { serve, quiet };
