'use strict';

// One neutral in-memory form for all peers, by contract type:
//   byte short int float double: number | long bigint: BigInt | decimal: plain text | date: Date | enum: its name
//   bytes: Buffer | list: array | map: Map | object: { field: value } with every field present
// and conversions between it and each library's own form.

const crypto = require('crypto');
const { JsonNumber } = require('./lossless-json');
const { javaName } = require('./contract');
const bigInteger = require('./biginteger');

const sha256 = bytes => crypto.createHash('sha256').update(bytes).digest('hex');
const longText = 256;

/** The kinds that cannot be null. */
const primitives = new Set([ 'boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'char' ]);

/** "1E-20" to "0.00000000000000000001": java.math.BigDecimal.toPlainString. */
function plainDecimal(text) {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) throw new TypeError(`not a decimal: ${text}`);
  const [ , sign, whole, fraction = '', exponentText ] = match;
  if (!exponentText) return text;
  const exponent = Number(exponentText);
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${(digits + '0'.repeat(point - digits.length)).replace(/^0+(?=\d)/, '')}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * What is printed and compared: JSON without loss, long texts as length and digest, maps as sorted pairs. An object within itself is
 * { cycle: levels up }; whether two objects are one is seen on the wire alone.
 */
function canonical(value, type, above = []) {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'long': case 'bigint': return value.toString();
    case 'date': return value.toISOString();
    case 'bytes': return { bytes: value.length, sha256: sha256(value) };
    case 'string': return value.length <= longText ? value : { chars: value.length, sha256: sha256(Buffer.from(value, 'utf8')) };
    case 'list': return value.map(item => canonical(item, type.item, above));
    case 'map': return [ ...value ].map(([ key, item ]) => [ canonical(key, type.key), canonical(item, type.value, above) ])
      .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
    case 'object': {
      const up = above.indexOf(value);
      if (up >= 0) return { cycle: above.length - up };
      const path = [ ...above, value ];
      return Object.fromEntries(type.fields.map(([ name, field ]) => [ name, canonical(value[name], field, path) ]));
    }
    default: return value;
  }
}

/** One object stays one object, cycles included: fill gives the fields to what memo keeps for it. */
function once(memo, value, made, fill) {
  if (!memo.has(value)) {
    memo.set(value, made);
    fill(made);
  }
  return memo.get(value);
}

/**
 * A value as hessian.js, sofa-hessian-node and apache-dubbo-js take it: { $class, $ } wherever JavaScript lost the Java type. Calls that
 * share a memo write an object that they have in common once, and refer to it.
 */
function toHessian(value, type, memo = new Map()) {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'byte': case 'short': case 'int': case 'float': case 'double': case 'char':
      return { $class: type.kind, $: value };
    case 'long': return { $class: 'long', $: value.toString() };
    case 'decimal': return { $class: 'java.math.BigDecimal', $: { value } };
    case 'bigint': return { $class: 'java.math.BigInteger', $: bigInteger.fields(value) };
    case 'enum': return { $class: type.name, $: { name: value } };
    case 'list': return value.map(item => toHessian(item, type.item, memo));
    case 'map': return new Map([ ...value ].map(([ key, item ]) => [ toHessian(key, type.key), toHessian(item, type.value, memo) ]));
    case 'object':
      return once(memo, value, { $class: type.name, $: {} }, made => {
        for (const [ name, field ] of type.fields) made.$[name] = toHessian(value[name], field, memo);
      });
    default: return value;
  }
}

/** An argument: always carries the declared Java class, also when it is null, because the signature is made from it. */
function toHessianArgument(value, type, memo) {
  const converted = toHessian(value, type, memo);
  if (converted === null || !converted.$class) {
    if (Buffer.isBuffer(converted)) return converted;
    return { $class: javaName(type), $: converted };
  }
  return converted;
}

function entriesOf(map) {
  if (map instanceof Map) return [ ...map ];
  // hessian.js keeps the true keys in a hidden $map; the plain object has them as strings.
  return map.$map ? [ ...map.$map ] : Object.entries(map);
}

/** What a library decoded, without types, to the neutral form. Throws TypeError when the value cannot be of that type. */
function fromHessian(value, type, memo = new Map()) {
  if (value === null || value === undefined) {
    if (primitives.has(type.kind)) throw new TypeError(`expected a ${type.kind}, got null`);
    return null;
  }
  switch (type.kind) {
    case 'string': case 'char':
      if (typeof value !== 'string') throw new TypeError(`expected a string, got ${typeof value}`);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw new TypeError(`expected a boolean, got ${typeof value}`);
      return value;
    case 'byte': case 'short': case 'int': case 'float': case 'double':
      if (typeof value !== 'number') throw new TypeError(`expected a number, got ${typeof value}`);
      return value;
    case 'long': return BigInt(typeof value === 'object' ? value.toString() : value);
    case 'decimal':
      plainDecimal(String(value.value));
      return String(value.value);
    case 'bigint': return bigInteger.fromFields(value.signum, value.mag);
    case 'date':
      if (!(value instanceof Date)) throw new TypeError(`expected a date, got ${typeof value}`);
      return value;
    case 'enum': return value.name;
    case 'bytes':
      if (!Buffer.isBuffer(value)) throw new TypeError(`expected bytes, got ${typeof value}`);
      return value;
    case 'list':
      if (!Array.isArray(value)) throw new TypeError(`expected a list, got ${typeof value}`);
      return value.map(item => fromHessian(item, type.item, memo));
    case 'map':
      return new Map(entriesOf(value).map(([ key, item ]) => [ fromHessian(key, type.key), fromHessian(item, type.value, memo) ]));
    case 'object':
      if (typeof value !== 'object') throw new TypeError(`expected a ${type.name}, got ${typeof value}`);
      return once(memo, value, {}, made => {
        for (const [ name, field ] of type.fields) made[name] = fromHessian(value[name], field, memo);
      });
    default: return null;
  }
}

/** JSON as Jackson writes it in a Spring Boot service: numbers as numbers, ISO dates with an offset, enums by name, base64. */
function toJson(value, type) {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'byte': case 'short': case 'int': case 'float': case 'double': return new JsonNumber(String(value));
    case 'long': case 'bigint': return new JsonNumber(value.toString());
    case 'decimal': return new JsonNumber(value);
    case 'date': return value.toISOString().replace('Z', '+00:00');
    case 'bytes': return value.toString('base64');
    case 'list': return value.map(item => toJson(item, type.item));
    case 'map': return Object.fromEntries([ ...value ].map(([ key, item ]) => [ String(key), toJson(item, type.value) ]));
    case 'object': return Object.fromEntries(type.fields.map(([ name, field ]) => [ name, toJson(value[name], field) ]));
    default: return value;
  }
}

/** As lenient as Jackson: a number may be a JSON string, a date a number of milliseconds; an unknown or absent field is no error. */
function fromJson(json, type) {
  if (json === null || json === undefined) return null;
  const text = json instanceof JsonNumber ? json.text : json;
  switch (type.kind) {
    case 'byte': case 'short': case 'int': case 'float': case 'double':
      if (Number.isNaN(Number(text)) && text !== 'NaN') throw new TypeError(`Cannot deserialize value of type ${type.kind} from "${text}"`);
      return Number(text);
    case 'long': case 'bigint': return BigInt(text);
    case 'decimal': return plainDecimal(text);
    case 'date': return new Date(json instanceof JsonNumber ? Number(text) : text);
    case 'bytes': return Buffer.from(text, 'base64');
    case 'list': return json.map(item => fromJson(item, type.item));
    case 'map':
      return new Map(Object.entries(json).map(([ key, item ]) =>
        [ type.key.kind === 'string' ? key : fromJson(key, type.key), fromJson(item, type.value) ]));
    case 'object': return Object.fromEntries(type.fields.map(([ name, field ]) => [ name, fromJson(json[name], field) ]));
    case 'boolean': return json === true || json === 'true';
    default: return text;
  }
}

module.exports = { primitives, canonical, toHessian, toHessianArgument, fromHessian, toJson, fromJson, plainDecimal, sha256 };
