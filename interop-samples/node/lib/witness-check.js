'use strict';

// Compares what a callee's witness recorded with what a case says the callee must have received.

const { descriptor, javaName } = require('./contract');
const { identityOf, sameIdentity } = require('./identity');
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

/** The value of a metadata key as this callee would look for it. */
function metadataOf(kind, call, key) {
  if (kind === 'http') return call.metadata.headers[key];
  if (kind === 'dubbo') return call.metadata.attachments[key];
  const { header, requestProps } = call.metadata;
  const baggage = (requestProps || {}).rpc_req_baggage || {};
  return baggage[key] || (requestProps || {})[`rpc_req_baggage.${key}`] || (requestProps || {})[key] || header[`rpc_req_baggage.${key}`];
}

module.exports = { checkCall, metadataOf };
