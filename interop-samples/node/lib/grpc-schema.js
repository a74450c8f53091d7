'use strict';

// The protobuf form of a service whose contract says nothing of protobuf (docs/grpc.md, "Messages"), for @grpc/proto-loader, and neutral values
// (values.js) to and from its objects. Written from the document, not from the gateway's code.

const protoLoader = require('@grpc/proto-loader');

const scalars = {
  string: 'string', boolean: 'bool', byte: 'int32', short: 'int32', int: 'int32', long: 'int64', float: 'float', double: 'double', char: 'string',
  bigint: 'string', bytes: 'bytes', decimal: 'google.type.Decimal', date: 'google.protobuf.Timestamp',
};

/** What is null in Java has presence, but for bytes: protobufjs 7 fails on optional ones, and with or without the word writes and reads the same. */
const isOptional = type => !primitives.has(type.kind) && type.kind !== 'bytes';
const primitives = new Set([ 'boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'char' ]);
const zero = { boolean: false, char: '\0', long: 0n };
const upper = name => name[0].toUpperCase() + name.slice(1);

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

  /** The message of a request or response, and how values stand to it: { name, pack, unpack }. */
  body(name, declared, single) {
    if (declared.length === 0) return { name: 'google.protobuf.Empty', pack: () => ({}), unpack: () => (single ? null : {}) };
    if (declared.length === 1 && declared[0][1].kind === 'object') {
      const [ [ key, type ] ] = declared;
      return {
        name: this.nameOf(type), pack: values => toProto(values[key], type) || {},
        unpack: message => (single ? fromProto(message, type) : { [key]: fromProto(message, type) }),
      };
    }
    this.put(name, { fields: this.fields(declared) });
    const type = { kind: 'object', fields: declared };
    return {
      name, pack: values => toProto(values, type), unpack: message => (single ? fromProto(message, type).value : fromProto(message, type)),
    };
  }

  /** { grpc: the definition for @grpc/grpc-js, methods: { key: { request, response } } }. Overloads have no name of their own in gRPC. */
  service(service) {
    const methods = {};
    const described = {};
    for (const [ key, method ] of Object.entries(service.methods)) {
      const scope = `${service.name}Messages`;
      const request = this.body(`${scope}.${upper(key)}Request`, method.parameters, false);
      const returns = method.returns.kind === 'void' ? [] : [ [ 'value', method.returns ] ];
      const response = this.body(`${scope}.${upper(key)}Response`, returns, true);
      methods[key] = { request, response };
      described[key] = { requestType: request.name, responseType: response.name };
    }
    this.put(service.name, { methods: described });
    const options = { longs: String, enums: String, defaults: false, arrays: true, objects: true, oneofs: false, keepCase: true };
    return { grpc: protoLoader.fromJSON(this.root, options)[service.name], methods };
  }
}

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

/** google.rpc.Status with its details, for grpc-status-details-bin. */
const rpc = protoLoader.fromJSON({
  nested: {
    google: {
      nested: {
        rpc: {
          nested: {
            Status: { fields: { code: { type: 'int32', id: 1 }, message: { type: 'string', id: 2 }, details: { rule: 'repeated', type: 'Detail', id: 3 } } },
            Detail: { fields: { typeUrl: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
            ErrorInfo: {
              fields: { reason: { type: 'string', id: 1 }, domain: { type: 'string', id: 2 }, metadata: { keyType: 'string', type: 'string', id: 3 } },
            },
            OrderException: { fields: { code: { type: 'int32', id: 1 } } },
            Carrier: {
              methods: {
                status: { requestType: 'Status', responseType: 'ErrorInfo' }, exception: { requestType: 'OrderException', responseType: 'OrderException' },
              },
            },
          },
        },
      },
    },
  },
}, { defaults: true, arrays: true, objects: true, keepCase: true })['google.rpc.Carrier'];

const detailOf = (status, type) => status.details.find(detail => detail.typeUrl === `type.googleapis.com/${type}`);

module.exports = {
  Schema,
  writeStatus: status => rpc.status.requestSerialize(status),
  readStatus: bytes => rpc.status.requestDeserialize(bytes),
  readErrorInfo: status => detailOf(status, 'google.rpc.ErrorInfo') && rpc.status.responseDeserialize(detailOf(status, 'google.rpc.ErrorInfo').value),
  writeOrderException: fields => rpc.exception.requestSerialize(fields),
  readOrderException: status =>
    detailOf(status, 'com.acme.order.OrderException') && rpc.exception.requestDeserialize(detailOf(status, 'com.acme.order.OrderException').value),
};
