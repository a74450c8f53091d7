'use strict';

// The wire witness: keeps what a server received, byte for byte, and serves a typed reading of it over a small HTTP port:
//   GET /last?method=greet&service=...   the newest call
//   GET /calls?method=greet&after=SEQ    all kept calls, oldest first
//   DELETE /                             forget everything
// It taps the sockets; the server library does not know it. Frames are read only when asked for, so witnessing costs little.

const http = require('http');

const maxCalls = 512;
const maxBytes = 64 * 1024 * 1024;
const maxHexBytes = 4096;
const maxFrameBytes = 32 * 1024 * 1024;

/** Collects socket chunks and hands on whole frames; gives up (and says so) on what is no frame of this protocol. */
function splitter(frames, onFrame, onGarbage) {
  let pending = [];
  let size = 0;
  let need = 1;
  let broken = false;
  return chunk => {
    if (broken) return;
    pending.push(chunk);
    size += chunk.length;
    if (size < need) return;
    let buffer = Buffer.concat(pending);
    try {
      for (;;) {
        const length = frames.frameLength(buffer);
        if (length > maxFrameBytes) throw new Error(`a frame of ${length} bytes`);
        need = length;
        if (length === 0 || buffer.length < length) break;
        onFrame(buffer.subarray(0, length));
        buffer = buffer.subarray(length);
      }
    } catch (error) {
      broken = true;
      onGarbage(error, buffer);
    }
    pending = [ buffer ];
    size = buffer.length;
  };
}

class Witness {
  constructor() {
    this.calls = [];
    this.bytes = 0;
    this.sequence = 0;
  }

  /** Records one call: raw is what came over the wire, view() reads it. */
  record(raw, view) {
    this.calls.push({ sequence: ++this.sequence, at: new Date().toISOString(), raw, view });
    this.bytes += raw.length;
    while (this.calls.length > maxCalls || (this.bytes > maxBytes && this.calls.length > 1)) this.bytes -= this.calls.shift().raw.length;
  }

  /** Records that the caller of a call left before it had its answer. */
  recordLeft({ service, method }) {
    this.record(Buffer.alloc(0), () => ({ service, method, left: true }));
  }

  /** Records every call that arrives on this socket. frames is bolt-frames or dubbo-frames. */
  tap(socket, frames) {
    socket.on('data', splitter(frames, frame => {
      if (frames.isCall(frame)) this.record(frame, () => frames.viewRequest(frame));
    }, (error, rest) => this.record(rest, () => ({ garbage: error.message }))));
  }

  clear() {
    this.calls = [];
    this.bytes = 0;
  }

  find({ service, method, after }) {
    return this.calls.filter(call => call.sequence > Number(after || 0)).map(open)
      .filter(call => (!service || call.service === service) && (!method || call.method === method));
  }

  listen(port) {
    if (!port) return;
    const server = http.createServer((request, response) => {
      const url = new URL(request.url, 'http://witness');
      const query = Object.fromEntries(url.searchParams);
      const answer = (status, body) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      if (request.method === 'DELETE') {
        this.clear();
        answer(200, { sequence: this.sequence });
      } else if (url.pathname === '/last') {
        const found = this.find(query).pop();
        answer(found ? 200 : 404, found || { error: 'no such call' });
      } else if (url.pathname === '/calls') {
        answer(200, this.find(query));
      } else {
        answer(404, { error: 'GET /last, GET /calls or DELETE /' });
      }
    });
    server.listen(Number(port), '127.0.0.1');
  }
}

function open(call) {
  const common = {
    sequence: call.sequence, at: call.at, frameLength: call.raw.length, frameHex: call.raw.subarray(0, maxHexBytes).toString('hex'),
  };
  try {
    return { ...call.view(), ...common };
  } catch (error) {
    return { unreadable: error.message, ...common };
  }
}

module.exports = { Witness, splitter };
