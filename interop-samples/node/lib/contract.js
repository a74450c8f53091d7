'use strict';

// Reads contracts/orders.yaml, corners.yaml, streams.yaml and mesh.yaml and answers with resolved types and methods. The samples take every type from the contract, so
// that a peer and its expectation cannot drift apart.
//
// A type is { kind, ... } with kind one of: string boolean byte short int long float double char decimal bigint date bytes void
// | enum {name, values} | object {name, fields: [[name, type]], exception} | list {item} | map {key, value}

const fs = require('fs');
const path = require('path');
const yaml = require('yaml');

const contractFiles = [ 'orders.yaml', 'corners.yaml', 'streams.yaml', 'mesh.yaml' ].map(name => path.join(__dirname, '..', '..', 'contracts', name));
const scalars = new Set([ 'string', 'boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'char', 'decimal', 'bigint',
  'date', 'bytes', 'void' ]);

const document = { types: {}, services: {} };
for (const file of contractFiles) {
  const { types, services } = yaml.parse(fs.readFileSync(file, 'utf8'));
  Object.assign(document.types, types);
  Object.assign(document.services, services);
}

/** A class that names itself must be the one object again, so that its fields can be resolved. */
const plainClasses = new Map();

function splitArguments(text) {
  const parts = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '<') depth++;
    if (text[i] === '>') depth--;
    if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map(part => part.trim());
}

function namedType(name, packageName) {
  return document.types[name] ? name : `${packageName}.${name}`;
}

/** Resolves a type text such as "map<long, Order>"; bindings gives the meaning of type variables such as T. */
function resolveType(text, packageName = 'com.acme.order', bindings = {}) {
  text = text.trim();
  if (bindings[text]) return bindings[text];
  if (scalars.has(text)) return { kind: text };
  const open = text.indexOf('<');
  const head = open < 0 ? text : text.slice(0, open);
  const args = open < 0 ? [] : splitArguments(text.slice(open + 1, -1)).map(arg => resolveType(arg, packageName, bindings));
  if (head === 'list') return { kind: 'list', item: args[0] };
  if (head === 'map') return { kind: 'map', key: args[0], value: args[1] };

  const name = namedType(head, packageName);
  const declared = document.types[name];
  if (!declared) throw new Error(`the contract has no type ${text}`);
  if (declared.enum) return { kind: 'enum', name, values: declared.enum };
  if (!declared.generics && plainClasses.has(name)) return plainClasses.get(name);
  const inner = {};
  (declared.generics || []).forEach((variable, i) => { inner[variable] = args[i]; });
  const resolved = { kind: 'object', name, fields: [], exception: Boolean(declared.exception) };
  if (!declared.generics) plainClasses.set(name, resolved);
  for (const [ field, type ] of Object.entries(declared.fields)) resolved.fields.push([ field, resolveType(type, packageName, inner) ]);
  return resolved;
}

/** key is unique in the service; overloads share their name. */
function resolveMethod(key, declared) {
  return {
    key,
    name: declared.name || key,
    parameters: Object.entries(declared.parameters || {}).map(([ parameter, type ]) => [ parameter, resolveType(type) ]),
    returns: resolveType(declared.returns || 'void'),
    http: declared.http,
    requestStream: declared.streams === 'requests' || declared.streams === 'both',
    replyStream: declared.streams === 'replies' || declared.streams === 'both',
  };
}

function resolveService(name) {
  const declared = document.services[name];
  const methods = {};
  for (const parent of declared.extends || []) Object.assign(methods, resolveService(parent).methods);
  for (const [ method, shape ] of Object.entries(declared.methods || {})) methods[method] = resolveMethod(method, shape);
  return { name, version: declared.version, prefix: (declared.http && declared.http.prefix) || '', methods };
}

const services = {};
for (const name of Object.keys(document.services)) services[name] = resolveService(name);

exports.services = services;
/** Every exception of the contract, as the object type that it is. */
exports.exceptions = Object.keys(document.types).filter(name => document.types[name].exception).map(name => resolveType(name));
exports.service = name => services[name] || { name, prefix: '', methods: services['com.acme.order.OrderService'].methods };

/** The corner service of the same peer as an order service; undefined where a peer has none. */
exports.cornersOf = name => services[name.replace(/OrderService$/, 'CornerService')];

/** The stream service of the same peer. */
exports.streamsOf = name => services[name.replace(/OrderService$/, 'StreamService')];

/** { name: [ methods ] }: the overloads of each name. */
exports.overloads = service => {
  const found = {};
  for (const method of Object.values(service.methods)) (found[method.name] = found[method.name] || []).push(method);
  return found;
};

/**
 * The overload that a provider was asked for, by the parameter types as Java names or as one descriptor. None: what a Java provider says then.
 */
exports.chooseOverload = (candidates, signature) => {
  const asked = [ signature ].flat().map(type => (type === '[byte' ? '[B' : type)).join(); // dubbo-remoting's own name for it
  const found = candidates.find(({ parameters }) => parameters.map(([ , type ]) => exports.javaName(type)).join() === asked
    || parameters.map(([ , type ]) => exports.descriptor(type)).join('') === asked);
  if (!found) throw new Error(`Can not find method: ${candidates[0].name}(${asked})`);
  return found;
};
exports.resolveType = resolveType;

const signatures = {
  string: 'java.lang.String', decimal: 'java.math.BigDecimal', bigint: 'java.math.BigInteger', date: 'java.util.Date',
  bytes: '[B', list: 'java.util.List', map: 'java.util.Map',
};

/** The class name that Java's reflection gives for a parameter of this type; SOFARPC sends these as methodArgSigs. */
exports.javaName = type => type.name || signatures[type.kind] || type.kind;

const primitiveDescriptors = { boolean: 'Z', byte: 'B', short: 'S', int: 'I', long: 'J', float: 'F', double: 'D', char: 'C' };

/** The JVM descriptor of a parameter type; Dubbo sends these as one string. */
exports.descriptor = type => {
  if (primitiveDescriptors[type.kind]) return primitiveDescriptors[type.kind];
  return type.kind === 'bytes' ? '[B' : `L${exports.javaName(type).replace(/\./g, '/')};`;
};
