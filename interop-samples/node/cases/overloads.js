'use strict';

// Three methods of one name: Java callers choose by the signature, HTTP callers by path, by parameter names, or by x-bridge-types. The callee
// must receive the signature of the chosen one.

const positional = (body, types) => (service, method) => ({
  verb: 'POST', path: `/${service.name}/${method.name}`, body,
  headers: { accept: 'application/json', 'content-type': 'application/json', ...(types ? { 'x-bridge-types': types } : {}) },
});

module.exports = [
  { name: 'overload-string', service: 'corner', method: 'lookupById', args: { id: '42' }, value: 'id 42', bindings: [ 'native' ] },
  { name: 'overload-long', service: 'corner', method: 'lookupByNumber', args: { number: 9007199254740993n }, value: 'number 9007199254740993', bindings: [ 'native' ] },
  { name: 'overload-arity', service: 'corner', method: 'lookupPage', args: { id: '42', count: 3 }, value: 'id 42, 3 times', bindings: [ 'native' ] },
  {
    name: 'overload-by-types', service: 'corner', method: 'lookupByNumber', args: { number: 42n }, value: 'number 42',
    request: positional('["42"]', 'long'), callers: [ 'http' ], bindings: [ 'canonical' ],
  },
  {
    // A text may stand for a long: both methods of one parameter would take it.
    name: 'overload-ambiguous', service: 'corner', method: 'lookupById', args: { id: '42' }, request: positional('["42"]'),
    callers: [ 'http' ], bindings: [ 'canonical' ], refused: 'always', thenAgain: true,
    error: { form: 'invalid', own: true, includes: [ 'java.lang.String', 'long' ] },
  },
];
