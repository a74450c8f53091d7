'use strict';

// The demo contract's own calls: values of every type, concurrency, time, failures.

const { isMesh } = require('../lib/cell');

const emoji = '世界 🌍👨‍👩‍👧 café';

const order = {
  id: 'o-1',
  number: 9007199254740993n, // 2^53 + 1: no double holds it
  status: 'NEW',
  total: '12345678901234567890.10',
  created: new Date(Date.UTC(2024, 4, 6, 7, 8, 9, 123)),
  address: { street: '中山路 1', city: '杭州 🏙', zip: '310000' },
  items: [
    { sku: 'sku-1', quantity: 2, price: '9.95' },
    { sku: 'sku-2', quantity: 1, price: '0.00000000000000000001' },
  ],
  tags: [ 'gift', '急' ],
  notes: new Map([ [ 'colour', 'blue' ], [ '备注', '😀' ] ]),
};

const sparse = {
  id: 'o-2', number: 0n, status: null, total: null, created: null, address: null, items: [], tags: [], notes: new Map(),
};

const numbers = {
  b: -128, s: -32768, i: -2147483648, l: 9007199254740993n, f: 0.1, d: 3.141592653589793, flag: true, ch: '界',
  price: '0.00000000000000000001', big: 123456789012345678901234567890n,
};

const edges = {
  b: 127, s: 32767, i: 2147483647, l: -9223372036854775808n, f: -1.5, d: 1e300, flag: false, ch: 'z',
  price: '12345678901234567890.10', big: -18446744073709551617n,
};

const mebibyte = 1024 * 1024;

/** 1 MiB of UTF-16 units with CJK and emoji whose surrogate pairs fall across chunk borders of 32,768. */
function bigText() {
  const unit = 'abc中文é😀';
  return unit.repeat(Math.ceil(mebibyte / unit.length)).slice(0, mebibyte - 1) + 'z';
}

function bigBytes() {
  const bytes = Buffer.alloc(mebibyte);
  for (let i = 0; i < mebibyte; i++) bytes[i] = (i * 31 + 7) & 0xff;
  return bytes;
}

function sampleOrder(id, number) {
  return {
    id, number: 9007199254740993n + BigInt(number), status: 'SHIPPED', total: '19.90',
    created: new Date(Date.UTC(2024, 1, 29, 12, 34, 56, 789)), address: { street: '中山路 1', city: '杭州', zip: '310000' },
    items: [ { sku: `sku-${number}`, quantity: 2, price: '9.95' } ], tags: [ 'gift', '🎁' ], notes: new Map([ [ 'colour', 'blue' ] ]),
  };
}

const text = bigText();
const bytes = bigBytes();

const wholeText = Buffer.from(text, 'utf8').toString('utf8');

/** The text ends within a surrogate pair; protobuf has whole characters alone. */
const textFor = ({ caller, kind }) => (isMesh(caller) || isMesh(kind) ? wholeText : text);

const cases = [
  { name: 'greet', method: 'greet', args: { name: 'world' }, value: 'Hello, world!' },
  { name: 'greet-empty', method: 'greet', args: { name: '' }, value: 'Hello, !' },
  { name: 'greet-emoji', method: 'greet', args: { name: emoji }, value: `Hello, ${emoji}!` },
  { name: 'numbers', method: 'numbers', args: { value: numbers }, value: numbers },
  { name: 'numbers-edges', method: 'numbers', args: { value: edges }, value: edges },
  { name: 'add', method: 'add', args: { left: 40, right: 9007199254740953n }, value: 9007199254740993n },
  { name: 'price-small', method: 'price', args: { value: '0.00000000000000000001' }, value: '0.00000000000000000001' },
  { name: 'price-large', method: 'price', args: { value: '12345678901234567890.10' }, value: '12345678901234567890.10' },
  { name: 'place', method: 'place', args: { order }, value: { ...order, status: 'PAID' } },
  { name: 'place-sparse', method: 'place', args: { order: sparse }, value: { ...sparse, status: 'PAID' } },
  { name: 'get', method: 'get', args: { id: 'o/7 ü' }, value: sampleOrder('o/7 ü', 1) },
  { name: 'find', method: 'find', args: { customer: 'ada', count: 3 }, value: [ 1, 2, 3 ].map(n => sampleOrder(`ada-${n}`, n)) },
  { name: 'find-none', method: 'find', args: { customer: 'ada', count: 0 }, value: [] },
  {
    name: 'page', method: 'page', args: { count: 2 },
    value: { total: 20, items: [ { sku: 'sku-1', quantity: 1, price: '1.50' }, { sku: 'sku-2', quantity: 2, price: '2.50' } ] },
  },
  {
    name: 'stock', method: 'stock', args: { levels: new Map([ [ 'sku-1', 1 ], [ '货', -5 ] ]) },
    value: new Map([ [ 'sku-1', 2 ], [ '货', -4 ] ]),
  },
  { name: 'stock-empty', method: 'stock', args: { levels: new Map() }, value: new Map() },
  {
    name: 'ranks', method: 'ranks', args: { names: new Map([ [ 1n, 'gold' ], [ 9007199254740993n, '银' ] ]) },
    value: new Map([ [ 1n, 'gold#1' ], [ 9007199254740993n, '银#9007199254740993' ] ]),
  },
  { name: 'nothing', method: 'nothing', args: { value: null }, value: null },
  { name: 'touch', method: 'touch', args: { id: 'o-1' }, value: null },
  // The libraries take most of a second for a MiB of text on a quiet machine: their usual 3 s are too few on a busy one.
  { name: 'blob', method: 'blob', args: cell => ({ text: textFor(cell) }), value: textFor, timeoutMs: 20000 },
  { name: 'bytes', method: 'bytes', args: { data: bytes }, value: bytes, timeoutMs: 20000 },
  { name: 'whoami', method: 'whoami', args: { key: 'x-tenant' }, metadata: { 'x-tenant': 'blue-42' }, value: 'blue-42', servedBy: true },
  { name: 'json-any-order', method: 'place', args: { order }, value: { ...order, status: 'PAID' }, callers: [ 'http' ], reversed: true },
  { name: 'echo', kind: 'echo', value: 'OK', callers: [ 'dubbo' ] },
  { name: 'concurrent', kind: 'concurrent', count: 32 },
  // The caller waits 300 ms for a call that takes 3000; the connection must serve the next call as if nothing had happened.
  { name: 'timeout', kind: 'timeout', method: 'slow', args: { millis: 3000 }, timeoutMs: 300, withinMs: 2000 },
  {
    name: 'fail-business', method: 'fail', args: { kind: 'business' },
    error: { class: 'com.acme.order.OrderException', message: 'order refused: 库存不足', fields: { code: 4711 }, httpStatus: 422 },
  },
  {
    name: 'fail-runtime', method: 'fail', args: { kind: 'runtime' },
    error: { class: 'java.lang.IllegalStateException', message: 'stock database is down', httpStatus: 500 },
  },
  // A library's own way of reporting an error that no Java type describes: some failure must arrive, no more is promised.
  { name: 'fail-crash', method: 'fail', args: { kind: 'crash' }, error: { httpAtLeast: 500 } },
];

exports.cases = cases;
exports.named = name => cases.find(one => one.name === name);

/** The 32 calls of the concurrent case: slow ones first, so that replies come back in another order than the calls went out. */
exports.concurrentCalls = count => Array.from({ length: count }, (_, i) => {
  if (i % 4 === 0) return { method: 'slow', args: { millis: (count - i) * 4 }, value: `slept ${(count - i) * 4} ms` };
  const name = `caller-${i} ${'😀'.repeat(i)}`;
  if (i % 4 === 1) return { method: 'greet', args: { name }, value: `Hello, ${name}!` };
  if (i % 4 === 2) return { method: 'add', args: { left: i, right: 9007199254740993n }, value: 9007199254740993n + BigInt(i) };
  const placed = { ...order, id: `o-${i}`, number: BigInt(i) };
  return { method: 'place', args: { order: placed }, value: { ...placed, status: 'PAID' } };
});
