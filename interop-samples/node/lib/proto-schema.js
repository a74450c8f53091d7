'use strict';

// The protobuf form of services whose contract says nothing of protobuf (docs/grpc.md, "Messages"): for @grpc/proto-loader, and as the text of a .proto
// file for every other library, by way of protoc. Written from the document, not from the gateway's code.

const protoLoader = require('@grpc/proto-loader');
const contract = require('./contract');
const { again, fromProto, toProto } = require('./proto-values');
const { primitives } = require('./values');

const packageName = 'com.acme.order';

const scalars = {
  string: 'string', boolean: 'bool', byte: 'int32', short: 'int32', int: 'int32', long: 'int64', float: 'float', double: 'double', char: 'string',
  bigint: 'string', bytes: 'bytes', decimal: 'google.type.Decimal', date: 'google.protobuf.Timestamp',
};

/** What is null in Java has presence, but for bytes: protobufjs 7 fails on optional ones, and with or without the word writes and reads the same. */
const isOptional = type => !primitives.has(type.kind) && type.kind !== 'bytes';
const upper = name => name[0].toUpperCase() + name.slice(1);
const options = { longs: String, enums: String, defaults: false, arrays: true, objects: true, oneofs: false, keepCase: true };

class Schema {
  constructor() {
    this.root = { nested: {} };
    this.put('google.type.Decimal', { fields: { value: { type: 'string', id: 1 } } });
    this.put('google.protobuf.Empty', { fields: {} });
    this.put('google.protobuf.Timestamp', { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } });
  }

  put(name, definition) {
    const path = name.split('.');
    const last = path.pop();
    const scope = path.reduce((at, part) => ((at.nested[part] = at.nested[part] || { nested: {} })), this.root);
    scope.nested[last] = { ...definition };
  }

  /** The name of a type's message or enum, which is made when it is first asked for; of a generic class one for each of its uses. */
  nameOf(type) {
    if (scalars[type.kind]) return scalars[type.kind];
    this.names = this.names || new Map();
    const known = [ ...this.names ].find(([ other ]) => other === type || (type.kind === 'enum' && other.name === type.name));
    if (known) return known[1];
    const taken = [ ...this.names.values() ].includes(type.name);
    const name = taken ? `${type.name}${this.names.size}` : type.name;
    this.names.set(type, name);
    if (type.kind === 'enum') this.put(name, { values: Object.fromEntries(type.values.map((value, i) => [ value, i ])) });
    else this.put(name, { fields: this.fields(type.fields) });
    return name;
  }

  fields(declared) {
    return Object.fromEntries(declared.map(([ name, type ], i) => [ name, this.field(type, i + 1) ]));
  }

  field(type, id) {
    if (type.kind === 'list') return { rule: 'repeated', type: this.nameOf(type.item), id };
    if (type.kind === 'map') return { keyType: scalars[type.key.kind], type: this.nameOf(type.value), id };
    return { type: this.nameOf(type), id, ...(isOptional(type) ? { options: { proto3_optional: true } } : {}) };
  }

  /** The message of a request or response, and how values stand to it: { name, pack, unpack, repack }. */
  body(name, declared, single) {
    if (declared.length === 0) {
      return { name: 'google.protobuf.Empty', pack: () => ({}), unpack: () => (single ? null : {}), repack: message => message };
    }
    if (declared.length === 1 && declared[0][1].kind === 'object') {
      const [ [ key, type ] ] = declared;
      return {
        name: this.nameOf(type), pack: values => toProto(values[key], type) || {},
        unpack: message => (single ? fromProto(message, type) : { [key]: fromProto(message, type) }), repack: message => again(message, type),
      };
    }
    this.put(name, { fields: this.fields(declared) });
    const type = { kind: 'object', fields: declared };
    return {
      name, pack: values => toProto(values, type), unpack: message => (single ? fromProto(message, type).value : fromProto(message, type)),
      repack: message => again(message, type),
    };
  }

  /** Adds a service, and the messages of its methods beside it. A method goes by its key: overloads have no name of their own in gRPC. */
  add(service) {
    const bodies = {};
    const described = {};
    for (const [ key, method ] of Object.entries(service.methods)) {
      const request = this.body(`${service.name}${upper(key)}Request`, method.parameters, false);
      const returns = method.returns.kind === 'void' ? [] : [ [ 'value', method.returns ] ];
      const response = this.body(`${service.name}${upper(key)}Response`, returns, true);
      bodies[key] = { request, response };
      described[key] = { requestType: request.name, responseType: response.name, requestStream: method.requestStream, responseStream: method.replyStream };
    }
    this.put(service.name, { methods: described });
    return bodies;
  }

  /** { key: { path, request, response } }: each body with encode (from neutral values) and decode (to them). */
  methods(service) {
    const bodies = this.add(service);
    const definition = protoLoader.fromJSON(this.root, options)[service.name];
    return Object.fromEntries(Object.entries(bodies).map(([ key, { request, response } ]) => {
      const { path, requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = definition[key];
      return [ key, {
        path,
        request: { name: request.name, encode: values => requestSerialize(request.pack(values)), decode: bytes => request.unpack(requestDeserialize(bytes)) },
        response: { name: response.name, encode: value => responseSerialize(response.pack({ value })), decode: bytes => response.unpack(responseDeserialize(bytes)) },
        // What the schema knows of a request, written again: shorter than the request if that had more.
        known: bytes => requestSerialize(request.repack(requestDeserialize(bytes))),
      } ];
    }));
  }

  /** { class: { encode, decode } } of the contract's exceptions: what status details carry. */
  exceptions() {
    const described = Object.fromEntries(contract.exceptions.map(type => [ type.name, { requestType: this.nameOf(type), responseType: this.nameOf(type) } ]));
    this.put('com.acme.carrier.Thrown', { methods: described });
    const definition = protoLoader.fromJSON(this.root, options)['com.acme.carrier.Thrown'];
    return Object.fromEntries(contract.exceptions.map(type => [ type.name, {
      encode: fields => definition[type.name].requestSerialize(toProto(fields, type)),
      decode: bytes => fromProto(definition[type.name].requestDeserialize(bytes), type),
    } ]));
  }

  /** The text of a .proto file with everything that was added. */
  text() {
    const declared = packageName.split('.').reduce((at, part) => at.nested[part], this.root).nested;
    const blocks = Object.entries(declared).map(([ name, { fields, values, methods } ]) => {
      const lines = values ? Object.entries(values).map(([ constant, number ]) => `${constant} = ${number};`)
        : methods ? Object.entries(methods).map(rpcOf)
        : Object.entries(fields).map(([ field, shape ]) => `${wordsOf(shape)} ${field} = ${shape.id};`);
      return [ `${values ? 'enum' : methods ? 'service' : 'message'} ${name} {`, ...lines.map(line => `  ${line}`), '}' ].join('\n');
    });
    const imports = [ 'google/protobuf/empty.proto', 'google/protobuf/timestamp.proto', 'google/type/decimal.proto' ].map(file => `import "${file}";`);
    return [ 'syntax = "proto3";', `package ${packageName};`, ...imports, ...blocks, '' ].join('\n');
  }
}

const rpcOf = ([ name, { requestType, responseType, requestStream, responseStream } ]) =>
  `rpc ${name}(${requestStream ? 'stream ' : ''}${requestType}) returns (${responseStream ? 'stream ' : ''}${responseType});`;

/** A field's type in a .proto file, with what stands before it. */
function wordsOf({ rule, keyType, type, options: marks }) {
  if (keyType) return `map<${keyType}, ${type}>`;
  if (rule) return `${rule} ${type}`;
  return marks || type === 'bytes' ? `optional ${type}` : type;
}

module.exports = { Schema };
