'use strict';

// Bolt v1 and Dubbo 2 frames of one call, echo(String): String, for both ends. No library: the gateway is to meet peers that share no code with
// it, and 100,000 calls are to take seconds. Every text is ASCII between "<life " and ">", so that an end finds it whatever wrote the frame.

const REQUEST_CLASS = Buffer.from('com.alipay.sofa.rpc.core.request.SofaRequest');
const RESPONSE_CLASS = Buffer.from('com.alipay.sofa.rpc.core.response.SofaResponse');
const MARK_BEGIN = Buffer.from('<life ');
const MARK_END = Buffer.from('>');

/** The marked text in a frame; null when there is none. */
function textIn(frame) {
  const begin = frame.indexOf(MARK_BEGIN);
  const end = begin < 0 ? -1 : frame.indexOf(MARK_END, begin);
  return end < 0 ? null : frame.latin1Slice(begin, end + 1);
}

const u8 = (...values) => Buffer.from(values);
const u16 = value => u8(value >> 8, value & 0xff);
const i32 = value => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(value); return bytes; };

/** A string in Hessian, the same in its draft and in its final form up to 31 characters and from 1,024 on. */
function hessianString(text) {
  if (text.length < 32) return Buffer.concat([ u8(text.length), Buffer.from(text) ]);
  return Buffer.concat([ u8(0x53), u16(text.length), Buffer.from(text) ]);
}

/** Draft Hessian: definition of a class and the head of an instance of it. */
function draftObject(name, fields) {
  return Buffer.concat([ u8(0x4f, 0x90 + name.length), name, u8(0x90 + fields.length), ...fields.map(hessianString), u8(0x6f, 0x90) ]);
}

function headerPair(key, value) {
  return Buffer.concat([ i32(key.length), Buffer.from(key), i32(value.length), Buffer.from(value) ]);
}

const bolt = {
  name: 'bolt',

  request(id, service, text, timeoutMs) {
    const header = headerPair('service', `${service}:1.0`);
    const content = Buffer.concat([
      draftObject(REQUEST_CLASS, [ 'targetAppName', 'methodName', 'targetServiceUniqueName', 'requestProps', 'methodArgSigs' ]),
      u8(0x4e), hessianString('echo'), hessianString(`${service}:1.0`), Buffer.from('Mt\0\0z', 'latin1'),
      Buffer.from('Vt\0\x07[stringn\x01\x10java.lang.Stringz', 'latin1'), hessianString(text),
    ]);
    return Buffer.concat([
      u8(1, 1, 0, 1, 1), i32(id), u8(1), i32(timeoutMs), u16(REQUEST_CLASS.length), u16(header.length), i32(content.length),
      REQUEST_CLASS, header, content,
    ]);
  },

  reply(request, text) {
    const content = Buffer.concat([
      draftObject(RESPONSE_CLASS, [ 'isError', 'errorMsg', 'appResponse', 'responseProps' ]), u8(0x46, 0x4e), hessianString(text), u8(0x4e),
    ]);
    return Buffer.concat([
      u8(1, 0, 0, 2, 1), i32(request.id), u8(1, 0, 0), u16(RESPONSE_CLASS.length), u16(0), i32(content.length), RESPONSE_CLASS, content,
    ]);
  },

  heartbeatReply: message => Buffer.concat([ u8(1, 0, 0, 0, 1), i32(message.id), u8(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) ]),

  /** The message at an offset: null until it is whole. */
  parse(bytes, at) {
    if (bytes.length - at < 20) return null;
    const isRequest = bytes[at + 1] !== 0;
    const fixed = isRequest ? 22 : 20;
    if (bytes.length - at < fixed) return null;
    const length = fixed + bytes.readUInt16BE(at + fixed - 8) + bytes.readUInt16BE(at + fixed - 6) + bytes.readInt32BE(at + fixed - 4);
    if (bytes.length - at < length) return null;
    const kind = bytes.readUInt16BE(at + 2) === 0 ? 'heartbeat' : isRequest ? 'request' : 'reply';
    const frame = bytes.subarray(at, at + length);
    return { kind, isRequest, id: bytes.readInt32BE(at + 5), length, frame, isOk: isRequest || bytes.readUInt16BE(at + 10) === 0 };
  },
};

const dubbo = {
  name: 'dubbo',

  request(id, service, text, timeoutMs) {
    const attachments = [ 'path', service, 'interface', service, 'version', '0.0.0', 'timeout', String(timeoutMs) ];
    const body = Buffer.concat([
      ...[ '2.0.2', service, '0.0.0', 'echo', 'Ljava/lang/String;', text ].map(hessianString),
      u8(0x48), ...attachments.map(hessianString), u8(0x5a),
    ]);
    return Buffer.concat([ u8(0xda, 0xbb, 0xc2, 0), i32(0), i32(id), i32(body.length), body ]);
  },

  reply(request, text) {
    const body = Buffer.concat([ u8(0x94), hessianString(text), u8(0x48), hessianString('dubbo'), hessianString('2.0.2'), u8(0x5a) ]);
    return Buffer.concat([ u8(0xda, 0xbb, 2, 20), request.frame.subarray(4, 12), i32(body.length), body ]);
  },

  heartbeatReply: message => Buffer.concat([ u8(0xda, 0xbb, 0x22, 20), message.frame.subarray(4, 12), i32(1), u8(0x4e) ]),

  /** READONLY is an event whose body is the string "R". */
  parse(bytes, at) {
    if (bytes.length - at < 16) return null;
    const length = 16 + bytes.readInt32BE(at + 12);
    if (bytes.length - at < length) return null;
    const flags = bytes[at + 2];
    const isRequest = (flags & 0x80) !== 0;
    const isReadOnly = (flags & 0x20) !== 0 && isRequest && length === 18 && bytes[at + 16] === 1 && bytes[at + 17] === 0x52;
    const kind = isReadOnly ? 'readonly' : (flags & 0x20) !== 0 ? 'heartbeat' : isRequest ? 'request' : 'reply';
    const frame = bytes.subarray(at, at + length);
    return { kind, isRequest, id: bytes.readInt32BE(at + 8), length, frame, isOk: isRequest || bytes[at + 3] === 20 };
  },
};

/** Hands every whole message that arrives on a socket to a function. */
function onMessages(socket, protocol, take) {
  let held = null;
  socket.on('data', chunk => {
    const bytes = held === null ? chunk : Buffer.concat([ held, chunk ]);
    let at = 0;
    for (let message; (message = protocol.parse(bytes, at)) !== null; at += message.length) take(message);
    held = at === bytes.length ? null : bytes.subarray(at);
  });
}

module.exports = { bolt, dubbo, textIn, onMessages };
