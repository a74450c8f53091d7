'use strict';

// Calls with any number of messages: between gRPC and Triple of every kind, with HTTP streams of replies, and refused where a side has none.

const { levelOf } = require('../lib/streams');

const streaming = [ 'grpc', 'triple' ];
const replying = [ ...streaming, 'http' ];
const unary = [ 'bolt', 'dubbo' ];

const levels = (sku, count) => Array.from({ length: count }, (_, number) => levelOf(sku, number));
const watch = (sku, count, pauseMs = 0, failure = null) => ({ kind: 'stream', method: 'watch', requests: [ { sku, count, pauseMs, failure } ] });
const sent = levels('sku-1', 5);
const refused = { refused: 'always', replies: [], error: { form: 'unimplemented', own: true } };

module.exports = [
  { name: 'stream-replies', ...watch('sku-1 货', 5), replies: levels('sku-1 货', 5), callers: replying, callees: replying, media: 'text/event-stream' },
  {
    name: 'stream-replies-lines', ...watch('lines', 5), replies: levels('lines', 5), lines: true, media: 'application/x-ndjson', callers: [ 'http' ],
    callees: replying,
  },
  { name: 'stream-replies-from-lines', ...watch('lines', 5), replies: levels('lines', 5), callers: streaming, callees: [ 'http' ] },
  { name: 'stream-replies-none', ...watch('sku-1', 0), replies: [], callers: replying, callees: replying },
  { name: 'stream-replies-2000', ...watch('sku-1', 2000), replies: levels('sku-1', 2000), callers: replying, callees: replying },
  {
    name: 'stream-replies-fail', ...watch('sku-1', 3, 0, 'declared'), replies: levels('sku-1', 3), callers: replying, callees: streaming, state: 'failed',
    error: { class: 'com.acme.order.StockException', message: 'out of stock behind the last', fields: { code: 19, sku: 'sku-1' } },
  },
  {
    // The callee is told within the pause: a stream that nobody cancels would go on for twenty minutes.
    name: 'stream-replies-left', ...watch('sku-1', 100000, 10), leaveAfter: 3, atMost: 500, replies: levels('sku-1', 3), callers: replying, callees: replying,
  },
  {
    name: 'stream-requests', kind: 'stream', method: 'total', requests: sent.map(level => ({ level })), callers: streaming, callees: streaming,
    replies: [ { count: 5, sum: sent.reduce((sum, { level }) => sum + level, 0n), skus: sent.map(({ sku }) => sku) } ],
  },
  {
    name: 'stream-requests-none', kind: 'stream', method: 'total', requests: [], replies: [ { count: 0, sum: 0n, skus: [] } ], callers: streaming,
    callees: streaming,
  },
  {
    // Each request is sent when the reply to the one before has come.
    name: 'stream-both-in-turns', kind: 'stream', method: 'mirror', takeTurns: true, requests: sent.map(level => ({ level })), callers: streaming,
    callees: streaming, replies: sent.map(one => ({ ...one, level: one.level * 2n })),
  },
  { name: 'stream-replies-refused', ...watch('sku-1', 5), ...refused, callers: replying, callees: unary },
  { name: 'stream-replies-unasked', ...watch('sku-1', 5), ...refused, callers: unary, callees: replying },
  {
    name: 'stream-requests-refused', kind: 'stream', method: 'total', requests: [ { level: sent[0] } ], ...refused, callers: streaming,
    callees: [ ...unary, 'http' ],
  },
  { name: 'stream-requests-unasked', kind: 'stream', method: 'total', requests: [ { level: sent[0] } ], ...refused, callers: unary, callees: streaming },
  {
    name: 'stream-both-refused', kind: 'stream', method: 'mirror', requests: [ { level: sent[0] } ], ...refused, callers: streaming,
    callees: [ ...unary, 'http' ],
  },
];
