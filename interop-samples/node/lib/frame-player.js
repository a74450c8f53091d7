'use strict';

// A recorded Java caller: sends recorded request frames as they are, except for the id (and a service name of the same length), and
// hands back the reply frames.

const net = require('net');
const { splitter } = require('./witness');

const replyTimeoutMs = 20000;

class FramePlayer {
  constructor(frames, target) {
    this.frames = frames;
    this.waiting = new Map();
    this.unasked = []; // ids of replies that nobody waits for: to a one-way call, or twice to one call
    const [ host, port ] = target.split(':');
    this.socket = net.connect(Number(port), host);
    this.socket.setNoDelay(true);
    this.socket.on('data', splitter(frames, frame => this.settle(frame), error => this.fail(error)));
    this.socket.on('error', error => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('the connection was closed')));
    this.nextId = 1;
  }

  settle(frame) {
    const id = String(this.frames.requestId(frame));
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (waiting) waiting.resolve(frame);
    else if (this.frames.isReply(frame)) this.unasked.push(id);
  }

  fail(error) {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  /** Replaces every occurrence of a text by another of the same length. */
  static renamed(frame, from, to) {
    const copy = Buffer.from(frame);
    for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + to.length)) copy.write(to, at, 'latin1');
    return copy;
  }

  /** A copy of a frame with the next id. */
  numbered(recorded) {
    return this.frames.withId(recorded, this.nextId++);
  }

  /** Sends what must not be answered. */
  send(recorded) {
    this.socket.write(this.numbered(recorded));
  }

  call(recorded) {
    const frame = this.numbered(recorded);
    const id = String(this.frames.requestId(frame));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error(`no reply in ${replyTimeoutMs} ms`));
      }, replyTimeoutMs);
      const settled = action => value => {
        clearTimeout(timer);
        action(value);
      };
      this.waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      this.socket.write(frame);
    });
  }

  close() {
    this.socket.destroy();
  }
}

module.exports = { FramePlayer };
