#!/usr/bin/env node
'use strict';

// A Spring Boot-style HTTP/JSON service on plain node:http, or with --h2 on node:http2 in the clear: the contract's paths under its prefix, /actuator/health, Boot's error
// body, Jackson's JSON. Content negotiation as Spring does it: a String goes out as text/plain and a byte[] as
// application/octet-stream unless the caller asked for JSON first.

const { once } = require('events');
const http = require('http');
const http2 = require('http2');
const zlib = require('zlib');
const commandLine = require('../lib/command-line');
const contract = require('../lib/contract');
const json = require('../lib/lossless-json');
const orders = require('../lib/orders');
const registries = require('../lib/registries');
const streams = require('../lib/streams');
const { Routes, Unacceptable } = require('../lib/http-routes');
const { canonical, sha256, toJson } = require('../lib/values');
const utf8 = require('../lib/utf8-header');
const { Witness } = require('../lib/witness');

const usage = `http-server.js [--port 18080] [--witness 18102] [--service com.acme.order.HttpOrderService] [--h2] [--registry eureka://127.0.0.1:8761/order-service]
  --registry URL    registers there; lines "leave" and "join" on the input take it out and put it back;
                    with --standby it waits for the first "join"
  --h2              HTTP/2 with prior knowledge, and nothing else
  --witness PORT    side port with what was received on the wire; 0 for none`;

const args = commandLine.read({ port: '18080', witness: '18102', service: 'com.acme.order.HttpOrderService', h2: false, registry: '', standby: false }, usage);
const maxBodyBytes = 16 * 1024 * 1024;
const maxSessionMemory = 256; // MiB; at Node's 10 a session refuses every further stream while a few bodies of 8 MiB are under way
const services = [ contract.service(args.service), contract.cornersOf(args.service), contract.streamsOf(args.service) ].filter(Boolean);
const routes = new Routes(services);
const witness = new Witness();

async function bodyOf(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Unacceptable(413, 'Maximum upload size exceeded');
    chunks.push(chunk);
  }
  return expanded(Buffer.concat(chunks), request.headers['content-encoding']);
}

/** Compressed bodies, as services with a decompressing filter take them. */
function expanded(body, encoding) {
  if (!encoding || encoding === 'identity') return body;
  const expand = { gzip: zlib.gunzipSync, deflate: zlib.inflateSync }[encoding];
  if (!expand) throw new Unacceptable(415, `Content-Encoding '${encoding}' is not supported`);
  return expand(body, { maxOutputLength: maxBodyBytes });
}

function record(request, path, body, route) {
  const head = Buffer.from(`${request.method} ${request.url} HTTP/${request.httpVersion}\r\n${
    request.rawHeaders.map((text, i) => text + (i % 2 ? '\r\n' : ': ')).join('')}\r\n`, 'latin1');
  const url = new URL(request.url, 'http://service');
  witness.record(Buffer.concat([ head, body ]), () => ({
    service: route && route.service && route.service.name,
    method: route && route.method ? route.method.key : null,
    verb: request.method,
    path,
    query: Object.fromEntries(url.searchParams),
    metadata: { headers: request.headers },
    contentType: request.headers['content-type'] || null,
    bodyLength: body.length,
    bodyText: body.length <= maxBodyBytes ? body.toString('utf8') : null,
    bodySha256: sha256(body),
  }));
}

/** True when the caller's Accept header lists JSON before what Spring would choose for this Java type. */
function jsonFirst(accept, natural) {
  for (const part of (accept || '*/*').split(',')) {
    const type = part.split(';')[0].trim().toLowerCase();
    if (type === 'application/json' || type === 'application/*+json' || type === 'application/problem+json') return true;
    if (type === natural || type === '*/*' || type === `${natural.split('/')[0]}/*`) return false;
  }
  return true;
}

function send(response, status, type, body, headers = {}) {
  response.writeHead(status, { ...headers, ...(type ? { 'content-type': type } : {}), 'content-length': body.length, 'x-served-by': 'http-server' });
  response.end(body);
}

function sendResult(request, response, type, value) {
  if (value === null || type.kind === 'void') return send(response, 200, null, Buffer.alloc(0));
  if (type.kind === 'string' && !jsonFirst(request.headers.accept, 'text/plain')) {
    return send(response, 200, 'text/plain;charset=UTF-8', Buffer.from(value, 'utf8'));
  }
  if (type.kind === 'bytes' && !jsonFirst(request.headers.accept, 'application/octet-stream')) {
    return send(response, 200, 'application/octet-stream', value);
  }
  return send(response, 200, 'application/json', ...compressed(request, Buffer.from(json.stringify(toJson(value, type)), 'utf8')));
}

/** What server.compression.enabled=true makes of Spring Boot's answers from 2 KiB on: { body, headers }. */
function compressed(request, body) {
  const wanted = /\bgzip\b/.test(request.headers['accept-encoding'] || '');
  return wanted && body.length >= 2048 ? [ zlib.gzipSync(body), { 'content-encoding': 'gzip' } ] : [ body ];
}

/** What a Flux becomes: server-sent events, or lines of JSON where the caller likes them better or the sku says so. */
async function sendStream(request, response, { service, method }, named) {
  const accept = request.headers.accept || '';
  const lines = /ndjson/.test(accept) && (!/event-stream/.test(accept) || named.sku.startsWith('lines'));
  const left = new AbortController();
  const gone = new Promise(resolve => left.signal.addEventListener('abort', resolve));
  response.on('close', () => {
    if (!response.writableEnded) left.abort();
  });
  response.writeHead(200, { 'content-type': lines ? 'application/x-ndjson' : 'text/event-stream', 'x-served-by': 'http-server' });
  response.flushHeaders();
  const send = value => {
    const text = json.stringify(toJson(value, method.returns));
    if (response.write(lines ? `${text}\n` : `data:${text}\n\n`)) return undefined;
    return Promise.race([ once(response, 'drain'), gone ]);
  };
  try {
    await streams.serve({
      witness, service, method, send, signal: left.signal, incoming: [ Buffer.alloc(0) ],
      view: { metadata: { headers: request.headers } },
      codec: { request: { decode: () => named }, view: () => ({ values: Object.fromEntries(method.parameters.map(([ name, type ]) => [ name, canonical(named[name], type) ])) }) },
    });
    response.end();
  } catch (error) {
    response.destroy(); // as Spring does it: the status has long been sent
  }
}

/** Spring Boot's error body; exception and message only with server.error.include-exception and include-message. */
function sendError(response, path, status, message, exception, fields) {
  const body = { timestamp: new Date().toISOString().replace('Z', '+00:00'), status, error: http.STATUS_CODES[status] };
  if (exception) body.exception = exception;
  if (message) body.message = message;
  send(response, status, 'application/json', Buffer.from(JSON.stringify({ ...body, ...fields, path }), 'utf8'));
}

async function handle(request, response) {
  const path = new URL(request.url, 'http://service').pathname;
  if (path === '/actuator/health') {
    return send(response, 200, 'application/vnd.spring-boot.actuator.v3+json', Buffer.from('{"status":"UP"}'));
  }
  try {
    const body = await bodyOf(request);
    const route = routes.match(request.method, path);
    if (!route || !route.method || !route.method.replyStream) record(request, path, body, route);
    if (!route) return sendError(response, path, 404, 'No message available');
    if (!route.method) return sendError(response, path, 405, `Request method '${request.method}' is not supported`);
    const named = routes.arguments(route, request, body);
    if (route.method.replyStream) return await sendStream(request, response, route, named);
    response.on('close', () => {
      if (!response.writableEnded) witness.recordLeft({ service: route.service.name, method: route.method.key });
    });
    const value = await orders.methods[route.method.key](named, key => {
      const text = request.headers[key.toLowerCase()];
      return text ? utf8.fromHeader(text) : null;
    });
    sendResult(request, response, route.method.returns, value);
  } catch (error) {
    if (error instanceof Unacceptable) sendError(response, path, error.status, error.message);
    else if (error instanceof orders.OrderFailure) {
      sendError(response, path, error.declared ? 422 : 500, error.message, error.className, error.fields);
    } else sendError(response, path, 500, null);
  }
}

witness.listen(args.witness);
const server = (args.h2 ? http2 : http).createServer(args.h2 ? { maxSessionMemory } : {}, (request, response) => {
  handle(request, response).catch(error => {
    console.error(error);
    response.destroy();
  });
});
server.listen(Number(args.port), '127.0.0.1', () => {
  const ready = { ready: 'http', port: Number(args.port), witness: Number(args.witness), service: args.service };
  const registry = registries.parse(args.registry);
  if (registry) return registries.steer(registries.joinEureka(registry, Number(args.port)), ready, args.standby);
  return console.log(JSON.stringify(ready));
});
commandLine.stopOnSignal();
