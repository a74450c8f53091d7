'use strict';

// Neutral values (values.js) to and from the objects of protobufjs, by contract type. No other library's objects are made by hand: each gets
// protobufjs' bytes to decode, and gives bytes back.

const { primitives } = require('./values');

const zero = { boolean: false, char: '\0', long: 0n };

function toProto(value, type) {
  if (value === null || value === undefined) return undefined;
  switch (type.kind) {
    case 'long': case 'bigint': return value.toString();
    case 'decimal': return { value };
    case 'date': return { seconds: String(Math.floor(value.getTime() / 1000)), nanos: (((value.getTime() % 1000) + 1000) % 1000) * 1000000 };
    case 'list': return value.map(item => toProto(item, type.item));
    case 'map': return Object.fromEntries([ ...value ].map(([ key, item ]) => [ String(key), toProto(item, type.value) ]));
    case 'object':
      return Object.fromEntries(type.fields.map(([ name, field ]) => [ name, toProto(value[name], field) ]).filter(([ , item ]) => item !== undefined));
    default: return value;
  }
}

function fromProto(value, type) {
  if (value === null || value === undefined) return primitives.has(type.kind) ? zero[type.kind] ?? 0 : null;
  switch (type.kind) {
    case 'boolean': return value;
    case 'float': return Number(value.toPrecision(7)); // the shortest text of the 32 bits, as the cases have it
    case 'long': case 'bigint': return BigInt(value);
    case 'decimal': return value.value;
    case 'date': return new Date(Number(value.seconds || 0) * 1000 + (value.nanos || 0) / 1000000);
    case 'list': return value.map(item => fromProto(item, type.item));
    case 'map': return new Map(Object.entries(value).map(([ key, item ]) => [ type.key.kind === 'long' ? longKey(key) : key, fromProto(item, type.value) ]));
    case 'object': return Object.fromEntries(type.fields.map(([ name, field ]) => [ name, fromProto(value[name], field) ]));
    default: return value;
  }
}

/** protobufjs keeps 64-bit keys as their eight bytes, one a character. */
const longKey = text => Buffer.from(text, 'latin1').readBigInt64LE();

/** What protobufjs has decoded, in the form in which it can encode it: it reads 64-bit keys back as text alone. */
function again(value, type) {
  if (value === null || value === undefined) return value;
  switch (type.kind) {
    case 'list': return value.map(item => again(item, type.item));
    case 'map':
      return Object.fromEntries(Object.entries(value).map(([ key, item ]) => [ type.key.kind === 'long' ? String(longKey(key)) : key, again(item, type.value) ]));
    case 'object': return Object.fromEntries(Object.entries(value).map(([ name, item ]) => [ name, again(item, type.fields.find(([ field ]) => field === name)[1]) ]));
    default: return value;
  }
}

module.exports = { toProto, fromProto, again };
