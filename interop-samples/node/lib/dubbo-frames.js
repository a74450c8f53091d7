'use strict';

// Dubbo 2 frames taken apart for the wire witness, independently of the Dubbo libraries. Layout (Dubbo ExchangeCodec):
//   da bb | flags 1 | status 1 | id 8 | length 4 | body      flags: 0x80 request, 0x40 two-way, 0x20 event, low 5 bits serialization

const { FinalReader, plain, textOf } = require('./typed-reader');

const headLength = 16;

exports.frameLength = buffer => {
  if (buffer.length < headLength) return 0;
  if (buffer.readUInt16BE(0) !== 0xdabb) throw new Error('not a Dubbo frame');
  return headLength + buffer.readInt32BE(12);
};

const isEvent = frame => (frame[2] & 0x20) !== 0;

exports.requestId = frame => frame.readBigInt64BE(4).toString();

/** A copy of a frame under another id. */
exports.withId = (frame, id) => {
  const copy = Buffer.from(frame);
  copy.writeBigInt64BE(BigInt(id), 4);
  return copy;
};

exports.envelope = () => 'dubbo';

exports.isCall = frame => (frame[2] & 0x80) !== 0 && !isEvent(frame);
exports.isOneWay = frame => exports.isCall(frame) && (frame[2] & 0x40) === 0;
exports.isReply = frame => (frame[2] & 0x80) === 0 && !isEvent(frame);

const head = frame => ({
  flags: frame[2],
  serialization: frame[2] & 0x1f,
  twoWay: (frame[2] & 0x40) !== 0,
  requestId: exports.requestId(frame),
});

/** The number of parameters in a descriptor such as "Ljava/lang/String;[I". */
function parameters(descriptor) {
  return descriptor.match(/\[*(?:L[^;]+;|[ZBCSIJFDV])/g) || [];
}

/** A request frame with Hessian 2 body, typed. */
exports.viewRequest = frame => {
  const reader = new FinalReader(frame.subarray(headLength));
  const text = () => textOf(reader.read());
  const dubboVersion = text();
  const path = text();
  const version = text();
  const method = text();
  const descriptor = text() || '';
  const types = parameters(descriptor);
  const args = types.map(() => reader.read());
  const attachments = reader.more ? plain(reader.read()) : null;
  return {
    ...head(frame),
    dubboVersion,
    service: path,
    version,
    group: attachments && attachments.group,
    method,
    descriptor,
    types,
    args,
    timeoutMs: attachments && attachments.timeout,
    metadata: { attachments },
  };
};

/** A response frame with Hessian 2 body, typed: resultFlag 0/3 exception, 1/4 value, 2/5 null; 3 and above carry attachments. */
exports.viewReply = frame => {
  const status = frame[3];
  const reader = new FinalReader(frame.subarray(headLength));
  if (status !== 20) return { ...head(frame), status, errorMessage: reader.more ? textOf(reader.read()) : null, metadata: {} };
  const flag = reader.read().v;
  const result = flag === 2 || flag === 5 ? { t: 'null' } : reader.read();
  const attachments = flag >= 3 && reader.more ? plain(reader.read()) : null;
  return { ...head(frame), status, resultFlag: flag, isError: flag === 0 || flag === 3, result, metadata: { attachments } };
};
