'use strict';

// Frames of the ledger protocol: see dotnet/LedgerCodec/README.md. A head of 20 bytes, then a body of JSON.

const json = require('./lossless-json');
const { JsonNumber } = json;

const headBytes = 20;
const maxBodyBytes = 64 * 1024 * 1024;
const kinds = { request: 1, oneWay: 2, reply: 3, ping: 4, pong: 5, goodbye: 6 };

function encode(kind, id, timeoutMs, content) {
  const body = content === undefined ? Buffer.alloc(0) : Buffer.from(json.stringify(content), 'utf8');
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(0x4c47, 0);
  head.writeUInt8(1, 2);
  head.writeUInt8(kind, 3);
  head.writeBigUInt64BE(id, 4);
  head.writeInt32BE(timeoutMs, 12);
  head.writeInt32BE(body.length, 16);
  return Buffer.concat([ head, body ]);
}

/** Calls onFrame with each whole frame of a socket: { kind, id, timeoutMs, body }. Anything else ends the connection. */
function read(socket, onFrame) {
  let pending = Buffer.alloc(0);
  socket.on('data', chunk => {
    pending = pending.length ? Buffer.concat([ pending, chunk ]) : chunk;
    while (pending.length >= headBytes) {
      const length = pending.readInt32BE(16);
      if (pending.readUInt16BE(0) !== 0x4c47 || pending[2] !== 1 || length < 0 || length > maxBodyBytes) {
        socket.destroy(new Error('not a ledger frame'));
        return;
      }
      if (pending.length < headBytes + length) return;
      const body = pending.subarray(headBytes, headBytes + length);
      onFrame({
        kind: pending[3], id: pending.readBigUInt64BE(4), timeoutMs: pending.readInt32BE(12),
        body: length ? json.parse(body.toString('utf8')) : undefined,
      });
      pending = pending.subarray(headBytes + length);
    }
  });
}

/** A neutral value as the protocol writes it: decimals are texts, so that no reader rounds them. */
function toLedger(value, type) {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'byte': case 'short': case 'int': case 'float': case 'double': return new JsonNumber(String(value));
    case 'long': case 'bigint': return new JsonNumber(value.toString());
    case 'date': return value.toISOString();
    case 'bytes': return value.toString('base64');
    case 'list': return value.map(item => toLedger(item, type.item));
    case 'map': return Object.fromEntries([ ...value ].map(([ key, item ]) => [ String(key), toLedger(item, type.value) ]));
    case 'object': return Object.fromEntries(type.fields.map(([ name, field ]) => [ name, toLedger(value[name], field) ]));
    default: return value;
  }
}

module.exports = { kinds, encode, read, toLedger };
