'use strict';

// Requests that the callers' libraries have no way to ask for (one-way, SOFARPC's generic headers), still encoded by those
// libraries: sofa-bolt-node's and dubbo-remoting's own request encoders.

const DubboInvocation = require('dubbo-remoting/lib/protocol/invocation');
const DubboRequest = require('dubbo-remoting/lib/protocol/request');
const bolt = require('sofa-bolt-node/lib/protocol');
const RpcRequestCommand = require('sofa-bolt-node/lib/protocol/rpc_req_cmd');
const SimpleMapSerializer = require('sofa-bolt-node/lib/simple_map_serializer');
const { javaName } = require('./contract');
const { toHessianArgument } = require('./values');

const noTimeoutMs = -1; // what SOFABolt writes for a one-way call

/** The library's command with further keys in the header map, as Java's client writes them. */
class CommandWithHeader extends RpcRequestCommand {
  serializeHeader(byteBuffer) {
    byteBuffer.put(SimpleMapSerializer.encode({ service: this.obj.serverSignature, ...this.obj.header }));
  }
}

const typedArguments = (method, args) => {
  const memo = new Map();
  return method.parameters.map(([ name, type ]) => toHessianArgument(args[name], type, memo));
};

exports.bolt = ({ service, method, args, header, timeoutMs = 5000, oneway = false }) => {
  const signature = `${service.name}:${service.version || '1.0'}`;
  const command = new CommandWithHeader({
    serverSignature: signature, methodName: method.name, timeout: oneway ? noTimeoutMs : timeoutMs, oneway, header,
    args: typedArguments(method, args), methodArgSigs: method.parameters.map(([ , type ]) => javaName(type)),
    requestProps: { service: signature },
  }, { codecType: 'hessian2' });
  return Buffer.from(bolt.encode(command, { protocolType: 'bolt', codecType: 'hessian2', rpcType: oneway ? 2 : 1, cmdCode: 1, id: 1 }));
};

exports.dubbo = ({ service, method, args, attachments, timeoutMs, oneway = false }) => {
  const request = new DubboRequest(1);
  request.isTwoWay = !oneway;
  request.data = new DubboInvocation({
    methodName: method.name, args: typedArguments(method, args),
    attachments: { dubbo: '2.0.2', path: service.name, interface: service.name, version: service.version || '', ...(timeoutMs ? { timeout: `${timeoutMs}` } : {}), ...attachments },
  });
  return Buffer.from(request.encode({ codecType: 'hessian2' }));
};
