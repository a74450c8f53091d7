'use strict';

// One object in two places, and an object within itself. Between Bolt and Dubbo both stay what they are. JSON and protobuf have
// no such thing: what is shared becomes copies, and a cycle is refused with the path where it closes (the contract's policy "cycles: copy").

const { isTyped } = require('../lib/cell');
const { graphs } = require('../lib/corners');

const node = (name, next = null) => ({ name, next, twin: null });

const twins = graphs.shared();
const common = node('both');
const ring = graphs.cycle()[0];

const said = (pair, own, next, twin) => [
  `left and right: ${pair}`, `left and its next: ${own}`, `next and next: ${next}`, `next and twin: ${twin}`,
].join(', ');

/** JSON and protobuf cannot say that two are one: their callers and callees see two. */
const typed = ({ caller, kind }) => isTyped(caller) && isTyped(kind);
const one = cell => (typed(cell) ? 'one' : 'two');
const twinned = { name: 'left', next: common, twin: common };

module.exports = [
  { name: 'shared-list', service: 'corner', method: 'chain', args: { nodes: twins }, value: twins, identity: true },
  {
    name: 'shared-arguments', service: 'corner', method: 'compare', args: { left: node('left', common), right: node('right', common) },
    value: cell => said('two', 'two', one(cell), 'two'), identity: true,
  },
  {
    name: 'same-argument-twice', service: 'corner', method: 'compare', args: { left: common, right: common },
    value: cell => said(one(cell), 'two', 'two', 'two'), identity: true, callers: [ 'bolt', 'dubbo' ],
  },
  {
    name: 'shared-within', service: 'corner', method: 'compare', args: { left: twinned, right: node('right') },
    value: cell => said('two', 'two', 'two', one(cell)), identity: true,
  },
  { name: 'shared-reply', service: 'corner', method: 'graph', args: { shape: 'shared' }, value: twins, identity: true },
  {
    name: 'cycle', service: 'corner', method: 'chain', args: { nodes: [ ring ] }, identity: true, callers: [ 'bolt', 'dubbo' ],
    callees: [ 'bolt', 'dubbo', 'apache' ], value: [ ring ],
  },
  {
    name: 'cycle-to-copies', service: 'corner', method: 'chain', args: { nodes: [ ring ] }, callers: [ 'bolt', 'dubbo' ], callees: [ 'http', 'grpc', 'triple' ],
    refused: 'always', thenAgain: true, error: { form: 'invalid', own: true, includes: [ 'args[0][0].next.next' ] },
  },
  {
    name: 'cycle-reply', service: 'corner', method: 'graph', args: { shape: 'cycle' }, callers: [ 'bolt', 'dubbo' ],
    callees: [ 'bolt', 'dubbo', 'apache' ], value: [ ring ], identity: true,
  },
  {
    name: 'cycle-reply-to-copies', service: 'corner', method: 'graph', args: { shape: 'cycle' }, callers: [ 'http', 'grpc', 'triple' ],
    callees: [ 'bolt', 'dubbo', 'apache' ], thenAgain: true, error: { httpAtLeast: 500, includes: [ '[0].next.next' ] },
  },
];
