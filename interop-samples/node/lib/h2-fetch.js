'use strict';

// fetch over HTTP/2 in the clear with prior knowledge, on Node's own http2, which its fetch does not speak: one connection to one target. It asks for
// gzip and expands it, as Node's fetch does.

const http2 = require('http2');
const zlib = require('zlib');
const { once } = require('events');
const { Readable } = require('stream');

const bodiless = new Set([ 204, 205, 304 ]);

function headersOf({ headers, body }) {
  const length = typeof body === 'string' || Buffer.isBuffer(body) ? { 'content-length': Buffer.byteLength(body) } : {};
  return { 'accept-encoding': 'gzip', ...headers, ...length };
}

/** A response's headers but for those that only HTTP/2 knows. */
const shown = headers => Object.entries(headers).filter(([ name ]) => !name.startsWith(':')).flatMap(([ name, value ]) => [ value ].flat().map(one => [ name, one ]));

/**
 * A stream's body. A server that has answered without the rest of the request resets the stream with NO_ERROR, and the answer counts all the same (RFC 9113,
 * section 8.1); Node's own reading of the stream fails then.
 */
function bodyOf(stream) {
  const body = new Readable({ read: () => stream.resume() });
  let failure = new Error('the stream was reset');
  stream.on('data', chunk => body.push(chunk) || stream.pause());
  stream.once('end', () => body.push(null));
  stream.on('error', error => { failure = error; });
  stream.once('close', () => {
    if (body.readableEnded || stream.readableEnded) return;
    if (stream.rstCode === http2.constants.NGHTTP2_NO_ERROR && stream.aborted) body.push(null);
    else body.destroy(failure);
  });
  return body;
}

class H2Origin {
  constructor(target) { this.target = target; }

  session() {
    if (!this.connected || this.connected.closed || this.connected.destroyed) {
      this.connected = http2.connect(`http://${this.target}`);
      this.connected.on('error', () => {}); // every stream has it, too
    }
    return this.connected;
  }

  async fetch(url, options) {
    const { pathname, search } = new URL(url);
    const { method, body, signal } = options;
    const stream = this.session().request({ ':method': method, ':path': pathname + search, ...headersOf(options) }, { endStream: body === undefined });
    const abort = () => {
      stream.close(http2.constants.NGHTTP2_CANCEL);
      stream.destroy(signal.reason);
    };
    signal.addEventListener('abort', abort);
    stream.once('close', () => signal.removeEventListener('abort', abort));
    if (body !== undefined) Readable.from(typeof body === 'string' || Buffer.isBuffer(body) ? [ Buffer.from(body) ] : body).pipe(stream);
    const [ headers ] = await once(stream, 'response');
    const status = headers[':status'];
    const bytes = bodyOf(stream);
    const content = headers['content-encoding'] === 'gzip' ? bytes.pipe(zlib.createGunzip()) : bytes;
    if (content !== bytes) bytes.once('error', error => content.destroy(error));
    return new Response(bodiless.has(status) ? null : Readable.toWeb(content), { status, headers: shown(headers) });
  }

  close() {
    if (this.connected) this.connected.close();
  }
}

module.exports = { H2Origin };
