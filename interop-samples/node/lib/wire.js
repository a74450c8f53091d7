'use strict';

// What must be on the wire, in each protocol's typed form, for a value of a contract type. These rules are the protocols' own (how
// SOFARPC and Dubbo Java programs write the declared class, how Jackson reads JSON), not the gateway's: they come from recordings of
// Java programs and hold for every caller and callee alike. Each match returns undefined or a text naming the path that is wrong.

const bigInteger = require('./biginteger');
const { JsonNumber } = require('./lossless-json');
const json = require('./lossless-json');
const { inMembers } = require('./http-routes');
const { canonical, sha256 } = require('./values');

const listClasses = new Set([ '', 'java.util.ArrayList', 'java.util.List' ]);
const mapClasses = new Set([ '', 'java.util.HashMap', 'java.util.Map', 'java.util.LinkedHashMap' ]);

const is = (view, kind, path) => (view && view.t === kind ? undefined : `${path} is ${describe(view)} on the wire, not ${kind}`);
const shown = value => (typeof value === 'bigint' ? value.toString() : JSON.stringify(value));
const equal = (actual, expected, path) => (actual === expected ? undefined : `${path} is ${shown(actual)}, not ${shown(expected)}`);
const equalText = (digest, text, path) => equal(digest, sha256(Buffer.from(text, 'utf8')), `${path} (digest)`);

function describe(view) {
  if (!view) return 'absent';
  return view.class ? `${view.t} ${view.class}` : view.v === undefined ? view.t : `${view.t} ${JSON.stringify(view.v)}`;
}

const first = (...checks) => {
  for (const check of checks) {
    const found = check();
    if (found) return found;
  }
  return undefined;
};

const sorted = names => [ ...names ].sort().join();
const fieldsOf = view => Object.fromEntries(view.fields);

function matchString(view, text, path) {
  return first(
    () => is(view, 'string', path),
    () => (view.chars === undefined ? equal(view.v, text, path) : equalText(view.sha256, text, path)));
}

function matchClass(view, name, fieldNames, path) {
  return first(
    () => is(view, 'object', path),
    () => equal(view.class, name, `${path}'s class`),
    () => fieldNames && equal(sorted(view.fields.map(([ field ]) => field)), sorted(fieldNames), `${path}'s field list`));
}

function matchObject(view, value, type, path) {
  return first(
    () => matchClass(view, type.name, type.fields.map(([ name ]) => name), path),
    () => {
      const fields = fieldsOf(view);
      return first(...type.fields.map(([ name, field ]) => () => matchView(fields[name], value[name], field, `${path}.${name}`)));
    });
}

function matchList(view, value, type, path) {
  return first(
    () => is(view, 'list', path),
    () => (listClasses.has(view.class) ? undefined : `${path} is a ${view.class}`),
    () => equal(view.items.length, value.length, `${path}'s length`),
    () => first(...value.map((item, i) => () => matchView(view.items[i], item, type.item, `${path}[${i}]`))));
}

function matchMap(view, value, type, path) {
  return first(
    () => is(view, 'map', path),
    () => (mapClasses.has(view.class) ? undefined : `${path} is a ${view.class}`),
    () => equal(view.entries.length, value.size, `${path}'s size`),
    () => first(...[ ...value ].map(([ key, item ]) => () => {
      const entry = view.entries.find(([ viewKey ]) => !matchView(viewKey, key, type.key, path));
      return entry ? matchView(entry[1], item, type.value, `${path}[${key}]`) : `${path} has no key ${key} of type ${type.key.kind}`;
    })));
}

function matchBigInteger(view, value, path) {
  return first(
    () => matchClass(view, 'java.math.BigInteger', null, path),
    () => {
      const { signum, mag } = fieldsOf(view);
      if (!signum || signum.t !== 'int' || !mag || mag.t !== 'list') return `${path} has no signum and mag`;
      return equal(bigInteger.fromFields(signum.v, mag.items.map(word => word.v)), value, path);
    });
}

/** A Hessian view (typed-reader.js) against a neutral value. */
function matchView(view, value, type, path) {
  if (value === null || value === undefined || type.kind === 'void') return is(view, 'null', path);
  switch (type.kind) {
    case 'boolean': return first(() => is(view, 'boolean', path), () => equal(view.v, value, path));
    // Java writes byte and short as int, float as the double of its decimal text, char as string.
    case 'byte': case 'short': case 'int': return first(() => is(view, 'int', path), () => equal(view.v, value, path));
    case 'long': return first(() => is(view, 'long', path), () => equal(view.v, value.toString(), path));
    case 'float': case 'double': return first(() => is(view, 'double', path), () => equal(view.v, value, path));
    case 'decimal':
      return first(
        () => matchClass(view, 'java.math.BigDecimal', [ 'value' ], path),
        () => matchString(fieldsOf(view).value, value, `${path}.value`));
    case 'bigint': return matchBigInteger(view, value, path);
    case 'date': return first(() => is(view, 'date', path), () => equal(view.v, value.getTime(), path));
    case 'enum':
      return first(
        () => matchClass(view, type.name, [ 'name' ], path),
        () => matchString(fieldsOf(view).name, value, `${path}.name`));
    case 'bytes':
      return first(
        () => is(view, 'bytes', path),
        () => equal(view.length, value.length, `${path}'s length`),
        () => equal(view.sha256, sha256(value), path));
    case 'list': return matchList(view, value, type, path);
    case 'map': return matchMap(view, value, type, path);
    case 'object': return matchObject(view, value, type, path);
    default: return matchString(view, value, path);
  }
}

/** JSON (lossless-json.js) that a Java service of the declared type would read as the value without loss. */
function matchJson(content, value, type, path) {
  if (value === null || value === undefined) return content === null || content === undefined ? undefined : `${path} is not null`;
  if (content === null || content === undefined) return `${path} is ${content === null ? 'null' : 'absent'}`;
  const number = content instanceof JsonNumber ? content.text : null;
  switch (type.kind) {
    case 'byte': case 'short': case 'int': return equal(number, String(value), path);
    case 'float': case 'double': return number === null ? `${path} is no number` : equal(Number(number), value, path);
    case 'long': case 'bigint': return equal(number === null ? content : number, value.toString(), path);
    case 'decimal': return equal(number === null ? content : number, value, path);
    case 'date': {
      if (number !== null) return equal(number, String(value.getTime()), path);
      if (!/(Z|[+-]\d\d:?\d\d)$/.test(content)) return `${path} is a date without zone: ${content}`;
      return equal(new Date(content).getTime(), value.getTime(), path);
    }
    case 'bytes': return equal(sha256(Buffer.from(content, 'base64')), sha256(value), path);
    case 'list':
      if (!Array.isArray(content)) return `${path} is no array`;
      return first(() => equal(content.length, value.length, `${path}'s length`),
        () => first(...value.map((item, i) => () => matchJson(content[i], item, type.item, `${path}[${i}]`))));
    case 'map': return first(() => equal(Object.keys(content).length, value.size, `${path}'s size`),
      () => first(...[ ...value ].map(([ key, item ]) => () => matchJson(content[String(key)], item, type.value, `${path}[${key}]`))));
    case 'object': {
      const unknown = Object.keys(content).find(name => !type.fields.some(([ field ]) => field === name));
      if (unknown) return `${path} has a field ${unknown} which ${type.name} does not have`;
      return first(...type.fields.map(([ name, field ]) => () => matchJson(content[name], value[name], field, `${path}.${name}`)));
    }
    default: return equal(content, value, path);
  }
}

const text = (value, type) => {
  const plain = canonical(value, type);
  return plain === null ? null : String(plain);
};

/** An HTTP call as the witness saw it against the contract's binding. */
function matchHttp(call, service, method, args) {
  const binding = method.http;
  const segments = call.path.split('/').map(decodeURIComponent);
  const expected = (service.prefix + binding.path).split('/');
  const form = new URLSearchParams(call.bodyText || '');
  const members = inMembers(method) ? json.parse(call.bodyText) : null;
  return first(
    () => equal(call.verb, binding.verb, 'verb'),
    () => equal(segments.length, expected.length, `path ${call.path}: segments`),
    () => first(...method.parameters.map(([ name, type ]) => () => {
      const value = args[name];
      const position = expected.indexOf(`{${name}}`);
      if (position >= 0) return equal(segments[position], text(value, type), name);
      if (binding.body === name) return matchBody(call, value, type, name);
      if (members) return matchJson(members[name], value, type, name);
      const source = (binding.form || []).includes(name) ? Object.fromEntries(form) : call.query;
      return equal(source[name] === undefined ? null : source[name], text(value, type), name);
    })),
    () => first(...expected.map((segment, i) => () => (segment.startsWith('{') ? undefined : equal(segments[i], segment, 'path')))));
}

function matchBody(call, value, type, path) {
  const media = (call.contentType || '').split(';')[0].trim();
  if (media === 'application/json') {
    try {
      return matchJson(json.parse(call.bodyText), value, type, path);
    } catch (error) {
      return `${path}: ${error.message}`;
    }
  }
  if (type.kind === 'string' && media.startsWith('text/')) return equalText(call.bodySha256, value, path);
  if (type.kind === 'bytes') return equal(call.bodySha256, sha256(value), `${path} (digest)`);
  return `${path} came as ${call.contentType}`;
}

module.exports = { matchView, matchJson, matchHttp };
