'use strict';

// What travels beside the arguments: metadata, baggage, traces, the time that is left. No protocol's own keys may show at a callee of another
// protocol, and a caller that sends a callee's own keys as metadata must not change where the call goes.

const { isMesh } = require('../lib/cell');

/** gRPC's and Triple's header values are ASCII. */
const noteFor = ({ caller, kind }) => (isMesh(caller) || isMesh(kind) ? 'green world' : 'grün 世界');
const plain = cell => ({ 'x-tenant': 'blue-42', 'x-note': noteFor(cell) });
const hostile = {
  path: 'evil', interface: 'evil', group: 'evil', service: 'evil', sofa_head_target_service: 'evil', sofa_head_method_name: 'evil', generic: 'true',
};

/** To a Dubbo caller the group is part of the service, and Triple has groups, too. */
const ownGroup = ({ caller, kind }) => (caller === 'dubbo' && kind === 'triple' ? { group: '' } : {});

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const sofaTraceId = '0a0fe93f1488349732342100153695';

/** What only the caller's protocol says, and so must not be told to a callee of another one. */
const own = {
  bolt: [ 'service', 'app', 'protocol', 'type', 'rpc_req_baggage', 'rpc_trace_context', 'sofa_head_method_name', 'sofa_head_target_service' ],
  dubbo: [ 'path', 'interface', 'version', 'group', 'timeout', 'dubbo', 'remote.application', '_TO' ],
  http: [ 'host', 'connection', 'content-type', 'content-length', 'user-agent', 'accept', 'accept-encoding', 'accept-language', 'sec-fetch-mode' ],
  grpc: [ 'te', 'content-type', 'user-agent', 'accept-encoding', 'grpc-accept-encoding', 'grpc-encoding', 'grpc-timeout' ],
  triple: [
    'te', 'host', 'content-type', 'content-length', 'user-agent', 'accept', 'accept-encoding', 'tri-protocol-version', 'tri-service-version',
    'tri-service-group', 'tri-service-timeout',
  ],
};

/** Names of a callee's protocol itself, which are there by right. */
const native = {
  bolt: new Set([ 'service', 'app', 'protocol', 'type', 'version', 'sofa_head_method_name', 'sofa_head_target_service' ]),
  dubbo: new Set([ 'path', 'interface', 'version', 'group', 'timeout', 'dubbo', 'remote.application' ]),
  http: new Set([ 'host', 'connection', 'content-type', 'content-length', 'accept', 'accept-encoding', 'user-agent' ]),
  grpc: new Set([ 'te', 'content-type', 'content-length', 'user-agent', 'accept-encoding', 'grpc-accept-encoding', 'grpc-encoding', 'grpc-timeout' ]),
  triple: new Set([
    'te', 'content-type', 'content-length', 'user-agent', 'accept-encoding', 'tri-protocol-version', 'tri-service-version', 'tri-service-timeout',
    'grpc-accept-encoding', 'grpc-timeout',
  ]),
};

/** Every name that the callee's protocol carries as metadata, baggage without its prefix. */
function names(kind, { metadata }) {
  if (metadata.headers) return Object.keys(metadata.headers);
  if (kind === 'dubbo') return Object.keys(metadata.attachments);
  const properties = metadata.requestProps || {};
  return [ ...Object.keys(metadata.header), ...Object.keys(properties), ...Object.keys(properties.rpc_req_baggage || {}) ]
    .map(name => name.replace(/^rpc_req_baggage\./, ''));
}

function leaked(call, { caller, kind, same }) {
  if (same) return undefined;
  const found = names(kind, call).find(name => own[caller].includes(name) && !native[kind].has(name));
  return found && `the caller's ${found} is told to the callee`;
}

/** The names by which each callee knows what is called, and as whom. */
const addressing = {
  bolt: [ 'service', 'sofa_head_target_service', 'sofa_head_method_name' ], dubbo: [ 'path', 'interface', 'group', 'generic' ], http: [ 'host', 'x-bridge-types' ],
  grpc: [ ':authority', ':path' ], triple: [ ':authority', ':path', 'tri-service-version', 'tri-service-group' ],
};

function misled(call, { kind }) {
  const { attachments, header, requestProps, headers } = call.metadata;
  const wrong = addressing[kind].find(name => [ attachments, header, requestProps, headers ].some(map => map && /^(evil|true)$/.test(map[name])));
  return wrong && `the caller has set ${wrong}`;
}

/** The trace id in the form in which the callee's own tracer reads it. */
function traced(expected) {
  return (call, { kind, same }) => {
    const { attachments, header, requestProps, headers } = call.metadata;
    const told = { ...header, ...requestProps, ...(requestProps || {}).rpc_req_baggage, ...attachments, ...headers };
    const seen = told.traceparent || told['rpc_req_baggage.traceparent'];
    if (!(same && kind === 'bolt') && (!seen || seen.split('-')[1] !== expected)) return `traceparent is ${seen}, not of ${expected}`;
    const context = (requestProps || {}).rpc_trace_context || {};
    const sofa = context.sofaTraceId || told['rpc_trace_context.sofaTraceId'];
    return kind !== 'bolt' || same || (sofa && sofa.padStart(32, '0') === expected) ? undefined : `sofaTraceId is ${sofa}, not ${expected}`;
  };
}

const fiveSeconds = 5000;
const roundedUpMs = 10; // gRPC's C core, which Python's library is made of, sends timeouts rounded up to two or three digits

function timeLeft(call, { caller, kind }) {
  const left = Number(kind === 'http' ? call.metadata.headers['x-bridge-timeout-ms'] : call.timeoutMs);
  return left > fiveSeconds - 3000 && left <= fiveSeconds + (caller === 'grpc' ? roundedUpMs : 0) ? undefined : `the time left is ${left} ms, not up to ${fiveSeconds}`;
}

module.exports = [
  {
    name: 'metadata', service: 'corner', method: 'headers', args: { keys: [ 'x-tenant', 'x-note' ] }, metadata: plain, value: cell => new Map(Object.entries(plain(cell))),
    seen: leaked,
  },
  {
    // Between ends of one protocol the caller's metadata is the callee's, whatever its names.
    name: 'metadata-hostile', service: 'corner', method: 'headers', args: { keys: [ 'x-tenant' ] }, metadata: cell => ({ ...plain(cell), ...hostile, ...ownGroup(cell) }),
    value: new Map([ [ 'x-tenant', 'blue-42' ] ]), seen: misled, crossing: true,
  },
  { name: 'trace-w3c', method: 'greet', args: { name: 'w3c' }, value: 'Hello, w3c!', metadata: { traceparent }, seen: traced(traceId) },
  {
    name: 'trace-b3', method: 'greet', args: { name: 'b3' }, value: 'Hello, b3!', seen: traced(traceId), callers: [ 'http' ], crossing: true,
    metadata: { 'x-b3-traceid': traceId, 'x-b3-spanid': '00f067aa0ba902b7', 'x-b3-sampled': '1' },
  },
  {
    name: 'trace-sofa', method: 'greet', args: { name: 'sofa' }, value: 'Hello, sofa!', callers: [ 'bolt' ], crossing: true,
    properties: { rpc_trace_context: { sofaTraceId, sofaRpcId: '0.1', samp: 'true' } }, seen: traced(sofaTraceId.padStart(32, '0')),
  },
  {
    // A caller that waits on for what it gave 300 ms: who stands between must say so, in the caller's own form.
    name: 'expired', kind: 'expiry', method: 'slow', args: { millis: 3000 }, timeoutMs: 300, withinMs: 2000, throughGateway: true, callers: [ 'bolt', 'dubbo', 'triple', 'http', 'grpc' ],
    // Between gRPC ends the callee's headers may be out already: then the stream is reset, unless the callee's own status is faster.
    error: ({ same, caller }) => (same && isMesh(caller) ? {} : { form: 'expired', own: true }),
  },
  {
    // Bolt and Dubbo have no way to take a call back, and no way to be told.
    name: 'caller-leaves', kind: 'leave', method: 'slow', args: { millis: 8000 }, leaveAfterMs: 200, callers: [ 'http', 'grpc', 'triple' ],
    callees: [ 'http', 'grpc', 'triple' ],
  },
  { name: 'deadline', method: 'greet', args: { name: 'time' }, value: 'Hello, time!', timeoutMs: fiveSeconds, tellTime: true, seen: timeLeft, throughGateway: true },
];
