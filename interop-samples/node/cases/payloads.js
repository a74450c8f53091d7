'use strict';

// Bodies that are large, empty or binary. The gateway of the interop run takes and answers frames of 8 MiB less 32 KiB (bridgemesh.yaml), so that
// one can be over its limit and still below Dubbo's own of 8 MiB, beyond which apache-dubbo-js does not send.

const { isTyped } = require('../lib/cell');

const mebibyte = 1024 * 1024;
const limit = 8 * mebibyte - 32768;
const under = limit - 16384; // envelope, metadata, and the heads of Hessian's chunks: 3 bytes for each 4 KiB with hessian.js
const over = limit + 8192;
const timeoutMs = 30000;

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

function patterned(length) {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 131 + (i >> 8)) & 0xff;
  return bytes;
}

/** The bytes that fit: in JSON three of them take four characters. */
const isJson = ({ caller, binding }) => caller === 'http' || binding === 'translated-json';
const fitting = cell => patterned(isJson(cell) ? under / 4 * 3 : under);
const tooMany = cell => patterned(isJson(cell) ? over / 4 * 3 : over);

const streams = ({ caller, same }) => !isTyped(caller) && same;

const items = Array.from({ length: 5000 }, (_, i) => ({ sku: `sku-${i}`, quantity: i, price: `${i}.05` }));

module.exports = [
  { name: 'bytes-every', method: 'bytes', args: { data: everyByte }, value: everyByte },
  { name: 'bytes-none', method: 'bytes', args: { data: Buffer.alloc(0) }, value: Buffer.alloc(0) },
  { name: 'list-5000', service: 'corner', method: 'restock', args: { items }, value: items.map(item => ({ ...item, quantity: item.quantity + 1 })), timeoutMs },
  {
    name: 'request-8-mib', service: 'corner', method: 'measure', args: cell => ({ data: fitting(cell) }), value: cell => fitting(cell).length, timeoutMs,
  },
  {
    // Between HTTP ends, and gRPC ends, bodies stream through, whatever their length.
    name: 'request-over-8-mib', service: 'corner', method: 'measure', args: cell => ({ data: tooMany(cell) }), timeoutMs, thenAgain: true,
    refused: cell => !streams(cell) && 'always', error: cell => (streams(cell) ? undefined : { form: 'request-too-large', own: true }),
    value: cell => tooMany(cell).length, throughGateway: true,
  },
  {
    name: 'reply-8-mib', service: 'corner', method: 'produce', args: ({ kind }) => ({ count: produced(kind, under) }),
    value: ({ kind }) => Buffer.alloc(produced(kind, under), 0x5a), timeoutMs,
  },
  {
    name: 'reply-over-8-mib', service: 'corner', method: 'produce', args: ({ kind }) => ({ count: produced(kind, over) }), timeoutMs, thenAgain: true,
    error: cell => (streams(cell) ? undefined : { form: 'reply-too-large', own: true }), value: ({ kind }) => Buffer.alloc(produced(kind, over), 0x5a),
    throughGateway: true,
  },
];

/** An HTTP service may answer in base64, which is a third longer. */
function produced(kind, bytes) {
  return kind === 'http' ? bytes / 4 * 3 : bytes;
}
