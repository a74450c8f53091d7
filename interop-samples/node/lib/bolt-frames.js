'use strict';

// Bolt frames taken apart for the wire witness, independently of sofa-bolt-node. Layout (SOFABolt RpcProtocol, RpcProtocolV2):
//   v1 request:  1 | type 1 | cmd 2 | ver2 1 | id 4 | codec 1 | timeout 4 | classLen 2 | headerLen 2 | contentLen 4 | class header content
//   v1 response: 1 | type 1 | cmd 2 | ver2 1 | id 4 | codec 1 | status 2  | classLen 2 | headerLen 2 | contentLen 4 | class header content
//   v2: one byte of version behind the first, one switch byte behind codec, and a CRC32 at the end when the switch's bit 0 is set

const { crc32 } = require('sofa-bolt-node/lib/utils');
const { DraftReader, field, plain, textOf } = require('./typed-reader');

function layout(buffer) {
  const shift = buffer[0] === 2 ? 1 : 0;
  if (buffer[0] !== 1 && buffer[0] !== 2) throw new Error(`unknown Bolt protocol ${buffer[0]}`);
  const response = buffer[1 + shift] === 0;
  const lengths = 10 + shift * 2 + (response ? 2 : 4);
  return { shift, response, lengths, headLength: lengths + 8 };
}

/** The length of the frame at the start of buffer, or 0 while the head is incomplete. */
function frameLength(buffer) {
  if (buffer.length < 3) return 0;
  const { shift, lengths, headLength } = layout(buffer);
  if (buffer.length < headLength) return 0;
  const crc = shift && (buffer[11] & 1) ? 4 : 0;
  return headLength + buffer.readInt16BE(lengths) + buffer.readInt16BE(lengths + 2) + buffer.readInt32BE(lengths + 4) + crc;
}

function headerMap(bytes) {
  const map = {};
  let at = 0;
  const next = () => {
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < 0) return null;
    const text = bytes.toString('utf8', at, at + length);
    at += length;
    return text;
  };
  while (at < bytes.length) map[next()] = next();
  return map;
}

function open(frame) {
  const { shift, response, lengths, headLength } = layout(frame);
  const classLength = frame.readInt16BE(lengths);
  const headerLength = frame.readInt16BE(lengths + 2);
  const contentLength = frame.readInt32BE(lengths + 4);
  const header = headLength + classLength;
  const content = header + headerLength;
  return {
    protocol: frame[0],
    type: frame[1 + shift],
    command: frame.readInt16BE(2 + shift),
    requestId: frame.readInt32BE(5 + shift),
    codec: frame[9 + shift],
    timeoutMs: response ? undefined : frame.readInt32BE(lengths - 4),
    status: response ? frame.readInt16BE(lengths - 2) : undefined,
    className: frame.toString('utf8', headLength, header),
    header: headerMap(frame.subarray(header, content)),
    content: frame.subarray(content, content + contentLength),
  };
}

exports.frameLength = frameLength;
exports.requestId = frame => frame.readInt32BE(5 + (frame[0] === 2 ? 1 : 0));

/** A copy of a frame under another id, with the CRC made anew where it has one. */
exports.withId = (frame, id) => {
  const copy = Buffer.from(frame);
  const shift = copy[0] === 2 ? 1 : 0;
  copy.writeInt32BE(id, 5 + shift);
  if (shift && (copy[11] & 1)) copy.writeInt32BE(crc32(copy.subarray(0, -4)) | 0, copy.length - 4);
  return copy;
};

/** What the two ends of a connection agree on: an answer comes in the envelope of its request. */
exports.envelope = frame => (frame[0] === 2 ? `v2.${frame[1]}${frame[11] & 1 ? ' crc' : ''}` : 'v1');

exports.isCall = frame => frame[1 + (frame[0] === 2 ? 1 : 0)] !== 0 && frame.readInt16BE(2 + (frame[0] === 2 ? 1 : 0)) === 1;
exports.isOneWay = frame => exports.isCall(frame) && frame[1 + (frame[0] === 2 ? 1 : 0)] === 2;
exports.isReply = frame => frame[1 + (frame[0] === 2 ? 1 : 0)] === 0 && frame.readInt16BE(2 + (frame[0] === 2 ? 1 : 0)) === 2;

/** A request frame with Hessian content, typed. */
exports.viewRequest = frame => {
  const { content, ...head } = open(frame);
  const reader = new DraftReader(content);
  const request = reader.read();
  const args = [];
  while (reader.more) args.push(reader.read());
  const unique = textOf(field(request, 'targetServiceUniqueName'));
  const [ service, version, uniqueId ] = String(head.header.service || unique).split(':');
  return {
    ...head,
    service,
    version,
    uniqueId,
    method: textOf(field(request, 'methodName')),
    types: plain(field(request, 'methodArgSigs')) || [],
    args,
    metadata: { header: head.header, requestProps: plain(field(request, 'requestProps')) },
    requestFields: request.fields.map(([ name ]) => name),
  };
};

/** A response frame with Hessian content, typed; appResponse is the result or the Throwable. */
exports.viewReply = frame => {
  const { content, ...head } = open(frame);
  const body = content.length ? new DraftReader(content).read() : { t: 'null' };
  const properties = field(body, 'responseProps');
  return {
    ...head,
    body: field(body, 'appResponse') ? undefined : body,
    result: field(body, 'appResponse'),
    isError: field(body, 'isError') && field(body, 'isError').v,
    errorMessage: field(body, 'errorMsg') && textOf(field(body, 'errorMsg')),
    metadata: { header: head.header, responseProps: properties ? plain(properties) : null },
  };
};
