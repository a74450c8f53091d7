'use strict';

// One object in two places, and an object within itself. Between Bolt and Dubbo both stay what they are. JSON has no such thing: what is
// shared becomes copies, and a cycle is refused with the path where it closes (the contract's policy "cycles: copy").

const { graphs } = require('../lib/corners');

const node = (name, next = null) => ({ name, next, twin: null });

const twins = graphs.shared();
const common = node('both');
const ring = graphs.cycle()[0];

const said = (pair, own, next, twin) => [
  `left and right: ${pair}`, `left and its next: ${own}`, `next and next: ${next}`, `next and twin: ${twin}`,
].join(', ');

/** JSON cannot say that two are one, so an HTTP caller or callee sees two. */
const typed = ({ caller, kind }) => caller !== 'http' && kind !== 'http';
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
    name: 'cycle-to-json', service: 'corner', method: 'chain', args: { nodes: [ ring ] }, callers: [ 'bolt', 'dubbo' ], callees: [ 'http' ],
    refused: 'always', thenAgain: true, error: { form: 'invalid', own: true, includes: [ 'args[0][0].next.next' ] },
  },
  {
    name: 'cycle-reply', service: 'corner', method: 'graph', args: { shape: 'cycle' }, callers: [ 'bolt', 'dubbo' ],
    callees: [ 'bolt', 'dubbo', 'apache' ], value: [ ring ], identity: true,
  },
  {
    name: 'cycle-reply-to-json', service: 'corner', method: 'graph', args: { shape: 'cycle' }, callers: [ 'http' ],
    callees: [ 'bolt', 'dubbo', 'apache' ], thenAgain: true, error: { httpAtLeast: 500, includes: [ '[0].next.next' ] },
  },
];
