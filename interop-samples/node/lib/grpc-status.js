'use strict';

// google.rpc.Status with its details, as grpc-status-details-bin carries it: the gateway's ErrorInfo, and an exception as its own message.

const protoLoader = require('@grpc/proto-loader');
const { Schema } = require('./proto-schema');

const typePrefix = 'type.googleapis.com/';
const errorInfoName = 'google.rpc.ErrorInfo';
const exceptions = new Schema().exceptions();

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
            Carrier: { methods: { status: { requestType: 'Status', responseType: 'ErrorInfo' } } },
          },
        },
      },
    },
  },
}, { defaults: true, arrays: true, objects: true, keepCase: true })['google.rpc.Carrier'].status;

/** "class: message", the first line of several. */
function causeOf(text) {
  const found = /^([^:\n]+): ?([^\n]*)/.exec(text || '');
  return found ? { class: found[1], message: found[2] } : null;
}

/** What the details say of a failure: { reason, class, cause, fields }. details: [{ type, value }]. */
function readDetails(details) {
  const info = details.find(({ type }) => type === errorInfoName);
  const { reason, metadata } = info ? rpc.responseDeserialize(Buffer.from(info.value)) : { metadata: {} };
  const declared = details.find(({ type }) => exceptions[type]);
  const { exception, cause, mayHaveExecuted, ...fields } = metadata;
  return {
    reason, class: exception || (declared ? declared.type : null), cause: causeOf(cause),
    fields: { ...fields, ...(declared && exceptions[declared.type].decode(Buffer.from(declared.value))) },
  };
}

/** The details in the bytes of a google.rpc.Status. */
const detailsOf = bytes => rpc.requestDeserialize(bytes).details.map(({ typeUrl, value }) => ({ type: typeUrl.replace(typePrefix, ''), value }));

/** The one detail by which a service throws a declared exception. */
const thrown = failure => ({ type: failure.className, value: exceptions[failure.className].encode(failure.fields) });

const writeStatus = (code, message, details) => rpc.requestSerialize({
  code, message, details: details.map(({ type, value }) => ({ typeUrl: typePrefix + type, value })),
});

module.exports = { readDetails, detailsOf, thrown, writeStatus };
