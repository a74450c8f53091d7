'use strict';

// Compares what a callee's witness recorded with what a case says the callee must have received.

const { descriptor, javaName } = require('./contract');
const { isMesh } = require('./cell');
const { identityOf, sameIdentity } = require('./identity');
const { canonical } = require('./values');
const { matchHttp, matchView } = require('./wire');

const signatures = {
  bolt: method => method.parameters.map(([ , type ]) => javaName(type)).join(),
  dubbo: method => method.parameters.map(([ , type ]) => descriptor(type)).join(),
};

/**
 * Undefined when this recorded call carries these arguments, typed as the callee's protocol wants them; else what is wrong. identity: objects
 * that are one in the arguments must be one on the wire, where the protocol can say so.
 */
function checkCall(kind, service, method, args, call, identity) {
  if (call.unreadable || call.garbage) return `the callee received what cannot be read: ${call.unreadable || call.garbage}`;
  if (kind === 'http') return matchHttp(call, service, method, args);
  if (kind === 'triple' && call.version !== service.version) return `tri-service-version is ${call.version}, not ${service.version}`;
  if (isMesh(kind)) return checkMessage(method, args, call);
  if (service.version && call.version !== service.version) return `version is ${call.version}, not ${service.version}`;
  const expected = signatures[kind](method);
  if (call.types.join() !== expected) return `parameter types are ${call.types.join()}, not ${expected}`;
  if (identity) {
    const types = method.parameters.map(([ , type ]) => type);
    return sameIdentity(call.args, identityOf(method.parameters.map(([ name ]) => args[name]), types), 'arguments');
  }
  for (const [ i, [ name, type ] ] of method.parameters.entries()) {
    const found = matchView(call.args[i], args[name], type, name);
    if (found) return found;
  }
  return undefined;
}

/** A protobuf message as the callee's own schema reads it: no byte of it may be unexplained. */
function checkMessage(method, args, call) {
  if (call.unknownBytes) return `the message has ${call.unknownBytes} bytes that its schema does not know`;
  for (const [ name, type ] of method.parameters) {
    const expected = JSON.stringify(canonical(args[name], type));
    const seen = JSON.stringify(call.values[name]);
    if (seen !== expected) return `${name} is ${seen.slice(0, 400)}, not ${expected.slice(0, 400)}`;
  }
  return undefined;
}

/** The value of a metadata key as this callee would look for it. */
function metadataOf(kind, call, key) {
  if (kind === 'http' || isMesh(kind)) return call.metadata.headers[key];
  if (kind === 'dubbo') return call.metadata.attachments[key];
  const { header, requestProps } = call.metadata;
  const baggage = (requestProps || {}).rpc_req_baggage || {};
  return baggage[key] || (requestProps || {})[`rpc_req_baggage.${key}`] || (requestProps || {})[key] || header[`rpc_req_baggage.${key}`];
}

module.exports = { checkCall, checkMessage, metadataOf };
