'use strict';

// What a peer library itself cannot do: the only things that the matrix does not ask for. caller or callee narrows the pairs; check is
// "case" or "reply-metadata" (only that assertion). Each is tried all the same: one that passes is an error. Values that no Node peer can
// produce at all are tested against recordings (servers/replay-server.js).

const gaps = [
  {
    callee: 'dubbo', case: 'whoami', check: 'reply-metadata',
    reason: 'dubbo-remoting writes result flags 0 to 2 only: no attachments on a reply. The callee "apache" covers it.',
  },
  {
    callee: 'apache', case: 'add', check: 'case',
    reason: 'apache-dubbo-service splits the parameter descriptor at ";": "IJ" is one parameter to it.',
  },
  {
    callee: 'apache', case: 'concurrent', check: 'case',
    reason: 'contains add calls (see add).',
  },
  {
    callee: 'apache', case: 'fail-business', check: 'case',
    reason: 'apache-dubbo-service sends the bare message for a thrown error: no class reaches the wire.',
  },
  {
    callee: 'apache', case: 'fail-runtime', check: 'case',
    reason: 'apache-dubbo-service sends the bare message for a thrown error: no class reaches the wire.',
  },
  ...[ 'raise-declared', 'raise-cause', 'raise-undeclared' ].map(name => ({
    callee: 'apache', case: name, check: 'case',
    reason: 'apache-dubbo-service sends the bare message for a thrown error: no class reaches the wire.',
  })),
  ...[ 'generic', 'generic-bean', 'generic-raw-return', 'generic-gson' ].map(name => ({
    callee: 'apache', case: name, check: 'case', reason: 'apache-dubbo-service has no generic invocation.',
  })),
  ...[ 'grpc', 'python3-grpcio', 'triple' ].flatMap(callee => [ 'fail-runtime', 'raise-undeclared' ].map(name => ({
    callee, case: name, check: 'case',
    reason: 'a status of a service that knows no gateway has no class for an exception that the contract does not declare.',
  }))),
  ...[ 'fail-business', 'raise-declared' ].map(name => ({
    caller: 'grpc', callee: 'triple', direct: true, case: name, check: 'case',
    reason: 'dubbo-node percent-encodes the colon of a grpc-message, and @grpc/grpc-js does not decode what decodeURI does not.',
  })),
  { callee: 'apache', case: 'echo', check: 'case', reason: 'apache-dubbo-service has no $echo.' },
];

exports.gaps = gaps;

exports.gapOf = cell => gaps.find(gap => Object.entries(gap).every(([ key, value ]) => key === 'reason' || cell[key] === value));
