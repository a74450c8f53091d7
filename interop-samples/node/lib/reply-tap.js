'use strict';

// The caller's side of the wire witness: keeps the reply frames that this process receives, so that a client can show the typed
// reply although its library decodes without types. Installed once, before the library opens its sockets.

const net = require('net');
const { splitter } = require('./witness');

const maxKept = 1024;

/** Returns take(requestId): the typed view of that reply, once, or undefined. */
module.exports = frames => {
  const replies = new Map();
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...args) {
    this.on('data', splitter(frames, frame => {
      if (!frames.isReply(frame)) return;
      replies.set(String(frames.requestId(frame)), frame);
      if (replies.size > maxKept) replies.delete(replies.keys().next().value);
    }, () => { /* the library will complain about it */ }));
    return connect.apply(this, args);
  };
  return requestId => {
    const frame = replies.get(String(requestId));
    replies.delete(String(requestId));
    if (!frame) return undefined;
    try {
      return frames.viewReply(frame);
    } catch (error) {
      return { unreadable: error.message, frameHex: frame.subarray(0, 256).toString('hex') };
    }
  };
};
