'use strict';

// Calls by callers that do not have the service's classes. Dubbo's reach a Dubbo callee as $invoke, any other as the call that they mean;
// SOFARPC's carry the real method and classes on the wire, and say in the header what their caller wants back (tests/golden/bolt,
// sofarpc-java-generic.json).

const { named } = require('./orders');

const { args, value } = named('place');
const generalized = type => ({ sofa_head_generic_type: type, 'generic.revise': 'true', type: 'sync', sofa_head_method_name: 'place' });

module.exports = [
  ...[ [ 'generic', 'true' ], [ 'generic-bean', 'bean' ], [ 'generic-raw-return', 'raw.return' ], [ 'generic-gson', 'gson' ] ].map(([ name, mode ]) =>
    ({ name, kind: 'generic', mode, method: 'place', args, value, callers: [ 'dubbo' ] })),
  ...[ '0', '1', '2' ].map(type =>
    ({ name: `generic-type-${type}`, kind: 'frame', method: 'place', args, value, header: generalized(type), callers: [ 'bolt' ] })),
];
