'use strict';

// Three methods of one name: Java callers choose by the signature, HTTP callers by path, by parameter names, or by x-bridge-types. The callee
// must receive the signature of the chosen one.

const positional = (body, types) => (service, method) => ({
  verb: 'POST', path: `/${service.name}/${method.name}`, body,
  headers: { accept: 'application/json', 'content-type': 'application/json', ...(types ? { 'x-bridge-types': types } : {}) },
});

/** The canonical way with the type named; natively the path says it. */
const typed = type => ({ metadata: ({ binding }) => (binding === 'canonical' ? { 'x-bridge-types': type } : undefined) });

const overloads = [
  { name: 'overload-string', service: 'corner', method: 'lookupById', args: { id: '42' }, value: 'id 42' },
  { name: 'overload-long', service: 'corner', method: 'lookupByNumber', args: { number: 9007199254740993n }, value: 'number 9007199254740993' },
  { name: 'overload-arity', service: 'corner', method: 'lookupPage', args: { id: '42', count: 3 }, value: 'id 42, 3 times' },
  {
    name: 'overload-positional', service: 'corner', method: 'lookupPage', args: { id: '42', count: 3 }, value: 'id 42, 3 times',
    request: positional('["42", 3]'), callers: [ 'http' ], bindings: [ 'canonical' ],
  },
  {
    name: 'overload-by-types', service: 'corner', method: 'lookupByNumber', args: { number: 42n }, value: 'number 42',
    request: positional('["42"]', 'long'), callers: [ 'http' ], bindings: [ 'canonical' ],
  },
  // Two that differ in the type alone: an HTTP caller must name it, or the path that means it.
  { name: 'overload-int', service: 'corner', method: 'rankOfInt', args: { level: 7 }, value: 'int 7', ...typed('int') },
  { name: 'overload-wide', service: 'corner', method: 'rankOfLong', args: { level: 7n }, value: 'long 7', ...typed('long') },
  {
    name: 'overload-ambiguous', service: 'corner', method: 'rankOfInt', args: { level: 7 }, request: positional('{"level": 7}'), callers: [ 'http' ],
    bindings: [ 'canonical' ], refused: 'always', thenAgain: true, error: { form: 'invalid', own: true, includes: [ 'int', 'long' ] },
  },
  {
    name: 'overload-none', service: 'corner', method: 'rankOfInt', args: { level: 7 }, request: positional('{"height": 7}'), callers: [ 'http' ],
    bindings: [ 'canonical' ], refused: 'always', thenAgain: true, error: { form: 'invalid', own: true, includes: [ 'int', 'long' ] },
  },
];

/** In gRPC and Triple an overload is called by its key in the contract, which is its name in protobuf. */
const everyone = [ 'bolt', 'dubbo', 'http', 'ledger', 'grpc', 'triple' ];

module.exports = overloads.map(one => ({ callers: everyone, callees: [ ...everyone, 'apache' ], ...one }));
