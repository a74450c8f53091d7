'use strict';

// What the three order services do, on the neutral values of values.js, by the methods' keys in the contract; corners.js adds the corner
// services'. The servers only convert and transport.

const corners = require('./corners');
const { OrderFailure } = require('./order-failure');

function sampleOrder(id, number) {
  return {
    id,
    number: 9007199254740993n + BigInt(number),
    status: 'SHIPPED',
    total: '19.90',
    created: new Date(Date.UTC(2024, 1, 29, 12, 34, 56, 789)),
    address: { street: '中山路 1', city: '杭州', zip: '310000' },
    items: [ { sku: `sku-${number}`, quantity: 2, price: '9.95' } ],
    tags: [ 'gift', '🎁' ],
    notes: new Map([ [ 'colour', 'blue' ] ]),
  };
}

const methods = {
  ...corners.methods,
  greet: ({ name }) => `Hello, ${name}!`,
  numbers: ({ value }) => value,
  add: ({ left, right }) => BigInt(left) + right,
  price: ({ value }) => value,
  place: ({ order }) => ({ ...order, status: 'PAID' }),
  get: ({ id }) => sampleOrder(id, 1),
  find: ({ customer, count }) => Array.from({ length: count }, (_, i) => sampleOrder(`${customer}-${i + 1}`, i + 1)),
  page: ({ count }) => ({
    total: count * 10,
    items: Array.from({ length: count }, (_, i) => ({ sku: `sku-${i + 1}`, quantity: i + 1, price: `${i + 1}.50` })),
  }),
  stock: ({ levels }) => new Map([ ...levels ].map(([ sku, level ]) => [ sku, level + 1 ])),
  ranks: ({ names }) => new Map([ ...names ].map(([ rank, name ]) => [ rank, `${name}#${rank}` ])),
  nothing: ({ value }) => value,
  touch: () => null,
  blob: ({ text }) => text,
  bytes: ({ data }) => data,
  slow: ({ millis }) => new Promise(resolve => { setTimeout(() => resolve(`slept ${millis} ms`), millis); }),
  whoami: ({ key }, metadata) => metadata(key),
  fail: ({ kind }) => {
    if (kind === 'business') {
      throw new OrderFailure('com.acme.order.OrderException', 'order refused: 库存不足', { fields: { code: 4711 }, declared: true });
    }
    if (kind === 'runtime') throw new OrderFailure('java.lang.IllegalStateException', 'stock database is down');
    if (kind === 'crash') throw new Error('a bug in the service');
    return null;
  },
};

/** The fields of a java.lang.Throwable in a form that Java, hessian.js and sofa-hessian-node all decode as an exception. */
function throwable(failure) {
  const fields = {
    detailMessage: failure.message,
    cause: failure.because ? throwable(failure.because) : null,
    stackTrace: { $class: '[java.lang.StackTraceElement', $: [] },
    suppressedExceptions: [],
  };
  for (const [ name, value ] of Object.entries(failure.fields)) fields[name] = typeof value === 'number' ? { $class: 'int', $: value } : value;
  return { $class: failure.className, $: fields };
}

module.exports = { methods, OrderFailure, throwable };
