'use strict';

// What the corner services do (contracts/corners.yaml), on the neutral values of values.js.

const { OrderFailure } = require('./order-failure');

const node = name => ({ name, next: null, twin: null });

/** Graphs that are lists of nodes: two names for one node, and a ring. */
const graphs = {
  shared: () => {
    const common = node('common');
    return [ { ...node('left'), next: common }, { ...node('right'), next: common }, common ];
  },
  cycle: () => {
    const first = node('first');
    first.next = { ...node('second'), next: first };
    return [ first ];
  },
};

const failures = {
  declared: () => new OrderFailure('com.acme.order.StockException', 'out of stock: 缺货 📦', { fields: { code: 17, sku: 'sku-9' }, declared: true }),
  cause: () => new OrderFailure('com.acme.order.StockException', 'out of stock', {
    fields: { code: 18, sku: 'sku-10' }, declared: true,
    cause: new OrderFailure('java.lang.IllegalStateException', 'the shelf fell over'),
  }),
  // Not in the contract: a class of the service's own that its interface does not declare.
  undeclared: () => new OrderFailure('com.acme.internal.ShelfException', 'a shelf is gone', { fields: { shelf: 'A-7' } }),
};

const word = (what, is) => `${what}: ${is ? 'one' : 'two'}`;

exports.graphs = graphs;

exports.methods = {
  raise: ({ kind }) => {
    throw failures[kind]();
  },
  tell: ({ note }) => {
    if (/^fail/.test(note)) throw new OrderFailure('java.lang.IllegalStateException', `cannot note ${note}`);
    return null;
  },
  lookupById: ({ id }) => `id ${id}`,
  lookupByNumber: ({ number }) => `number ${number}`,
  lookupPage: ({ id, count }) => `id ${id}, ${count} times`,
  rankOfInt: ({ level }) => `int ${level}`,
  rankOfLong: ({ level }) => `long ${level}`,
  multiply: ({ left, right }) => left * right,
  keep: ({ item }) => item,
  restock: ({ items }) => items.map(item => ({ ...item, quantity: item.quantity + 1 })),
  measure: ({ data }) => data.length,
  produce: ({ count }) => Buffer.alloc(count, 0x5a),
  compare: ({ left, right }) => [
    word('left and right', left === right), word('left and its next', left.next === left),
    word('next and next', Boolean(left.next) && left.next === right.next), word('next and twin', Boolean(left.next) && left.next === left.twin),
  ].join(', '),
  chain: ({ nodes }) => nodes,
  graph: ({ shape }) => graphs[shape](),
  headers: ({ keys }, metadata) => new Map(keys.map(key => [ key, metadata(key) || '' ])),
};
