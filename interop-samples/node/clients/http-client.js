#!/usr/bin/env node
'use strict';

// An HTTP/JSON caller on Node's own fetch, or with --protocol h2 on its http2. --binding native uses the contract's Spring-style paths, --binding canonical the
// gateway's POST /{service}/{method} with an object of named arguments. --curl prints the same calls as curl commands.
// --target eureka://host:port/app asks Eureka for each call, as Spring's load balancer does: what it sends names the address and not the service.

const zlib = require('zlib');
const { clientMain } = require('../lib/client-main');
const { H2Origin } = require('../lib/h2-fetch');
const { bind } = require('../lib/http-binding');
const utf8 = require('../lib/utf8-header');
const { fromJson } = require('../lib/values');
const json = require('../lib/lossless-json');
const registries = require('../lib/registries');

const client = {
  kind: 'http',
  script: 'http-client.js',
  target: '127.0.0.1:18080',
  service: 'com.acme.order.HttpOrderService',
  options: { binding: 'native', protocol: 'http1', curl: false },
  async create({ target, binding, protocol, services }) {
    const address = registries.parse(target);
    const found = address && await registries.follow(address, { service: services[0].service.name, protocol: 'http' });
    const origin = protocol === 'h2' ? new H2Origin(target) : { fetch, close() {} };
    return {
      async call({ service, method, args, metadata, timeoutMs, reversed, request: given, transport, tellTime, leaveAfterMs }) {
        const request = prepared(given || bind({ binding, service, method, args, metadata, reversed }), transport);
        if (tellTime) request.headers['x-bridge-timeout-ms'] = String(timeoutMs);
        let response;
        let body;
        try {
          response = await origin.fetch(`http://${found ? found.next() : target}${request.path}`, {
            method: request.verb,
            headers: Object.fromEntries(Object.entries(request.headers).map(([ name, value ]) => [ name, utf8.asHeader(value) ])),
            body: request.body,
            duplex: 'half',
            signal: AbortSignal.timeout(leaveAfterMs || timeoutMs || 20000),
          });
          body = Buffer.from(await response.arrayBuffer());
        } catch (error) {
          return { error: { name: error.name, message: error.message, class: null, fields: {} }, metadata: {} };
        }
        const headers = Object.fromEntries([ ...response.headers ].map(([ name, value ]) => [ name, utf8.fromHeader(value) ]));
        const result = { status: response.status, contentType: headers['content-type'] || null, metadata: headers };
        if (!response.ok) return { ...result, error: problem(response, body) };
        return { ...result, raw: body, typed: { text: body.length <= 4096 ? body.toString('utf8') : `${body.length} bytes` } };
      },
      /** A stream of replies, as server-sent events or as lines of JSON. */
      async stream({ service, method, requests: [ args ], lines, leaveAfter, metadata, timeoutMs }) {
        const request = bind({ binding, service, method, args, metadata });
        const left = new AbortController();
        const replies = [];
        try {
          const response = await origin.fetch(`http://${target}${request.path}`, {
            method: request.verb, headers: { ...request.headers, accept: lines ? 'application/x-ndjson' : 'text/event-stream' }, body: request.body,
            signal: AbortSignal.any([ left.signal, AbortSignal.timeout(timeoutMs || 20000) ]),
          });
          if (!response.ok) return { replies, error: problem(response, Buffer.from(await response.arrayBuffer())) };
          const media = response.headers.get('content-type');
          for await (const event of eventsOf(response, lines)) {
            if (event.name === 'error') return { replies, media, error: { ...problem(response, Buffer.from(event.data)), inStream: true } };
            if (event.name === 'end') return { replies, media };
            replies.push(fromJson(json.parse(event.data), method.returns));
            if (replies.length === leaveAfter) left.abort();
          }
          return { replies, media };
        } catch (error) {
          return left.signal.aborted ? { replies } : { replies, error: { name: error.name, message: error.message, class: null, fields: {} } };
        }
      },
      decode: (result, type) => decode(result, type),
      curl: ({ service, method, args, metadata }) => curl(target, bind({ binding, service, method, args, metadata })),
      close: () => {
        if (found) found.close();
        origin.close();
      },
    };
  },
};

/** { name, data } of each event, or of each line of JSON. */
async function* eventsOf(response, lines) {
  const decoder = new TextDecoder();
  let text = '';
  const separator = lines ? '\n' : '\n\n';
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator)) {
      const block = text.slice(0, at);
      text = text.slice(at + separator.length);
      const event = lines ? lineOf(block) : eventOf(block);
      if (event.data) yield event;
    }
  }
  if (text) throw new Error(`the stream breaks off in ${JSON.stringify(text.slice(0, 200))}`);
}

/** The gateway's last line, where the stream has failed, has the problem document alone. */
function lineOf(text) {
  const problemOf = /^\{"\$problem":(.*)\}$/.exec(text);
  return problemOf ? { name: 'error', data: problemOf[1] } : { name: 'message', data: text };
}

function eventOf(block) {
  const fields = block.split('\n').map(line => /^([^:]*):? ?(.*)$/.exec(line).slice(1));
  const of = wanted => fields.filter(([ name ]) => name === wanted).map(([ , value ]) => value).join('\n');
  return { name: of('event') || 'message', data: of('data') };
}

/** The body in the form that a case asks for: in chunks of unknown total length, or compressed. */
function prepared(request, transport) {
  if (transport === 'chunked') {
    const bytes = Buffer.from(request.body);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 100) }, (_, i) => bytes.subarray(i * 100, i * 100 + 100));
    return { ...request, body: ReadableStream.from(chunks) };
  }
  if (transport === 'gzip' || transport === 'deflate') {
    const body = transport === 'gzip' ? zlib.gzipSync(request.body) : zlib.deflateSync(request.body);
    return { ...request, headers: { ...request.headers, 'content-encoding': transport }, body };
  }
  return request;
}

function decode({ raw, contentType }, type) {
  if (raw.length === 0) return null;
  const media = (contentType || '').split(';')[0].trim();
  if (media === 'application/json' || media.endsWith('+json')) return fromJson(json.parse(raw.toString('utf8')), type);
  if (type.kind === 'bytes') return raw;
  if (type.kind === 'string') return raw.toString('utf8');
  throw new TypeError(`a ${type.kind} as ${contentType}`);
}

/** RFC 9457 (type, title, status, detail, fields) from the gateway, or Spring Boot's body (exception, message). */
function problem(response, body) {
  let content = {};
  try {
    content = JSON.parse(body.toString('utf8'));
  } catch (error) {
    content = { detail: body.toString('utf8') };
  }
  const { type, title, status, detail, instance, exception, message, timestamp, error, path, cause, ...fields } = content;
  return {
    name: 'HttpError', status: response.status, message: detail || message || title || error || '', class: type || exception || null,
    cause: cause ? { class: cause[0].type, message: cause[0].detail } : null, fields, contentType: response.headers.get('content-type'),
  };
}

const quote = text => `'${String(text).replace(/'/g, '\'\\\'\'')}'`;

function curl(target, request) {
  const parts = [ 'curl', '-s', '-X', request.verb, quote(`http://${target}${request.path}`) ];
  for (const [ name, value ] of Object.entries(request.headers)) parts.push('-H', quote(`${name}: ${value}`));
  if (request.body !== undefined) parts.push('--data-binary', request.body.length <= 2048 ? quote(request.body) : '@BODY');
  return parts.join(' ');
}

module.exports = client;
if (require.main === module) clientMain(client);
