#!/usr/bin/env node
'use strict';

// Three services that answer with the text they got: over Bolt, over Dubbo, over HTTP. usage: backends.js BOLT_PORT DUBBO_PORT HTTP_PORT
// Each may be told to take its time: a text that holds " slow:MS " is answered after MS milliseconds.

const http = require('http');
const net = require('net');
const { bolt, dubbo, textIn, onMessages } = require('./frames');

const host = '127.0.0.1';
const [ boltPort, dubboPort, httpPort ] = process.argv.slice(2).map(Number);

function later(text, answer) {
  const slow = / slow:(\d+) /.exec(text);
  if (slow) setTimeout(answer, Number(slow[1]));
  else answer();
}

function serve(protocol, port) {
  return new Promise(resolve => net.createServer({ noDelay: true }, socket => {
    socket.on('error', () => socket.destroy());
    onMessages(socket, protocol, message => {
      if (message.kind === 'heartbeat' && message.isRequest) socket.write(protocol.heartbeatReply(message));
      if (message.kind !== 'request') return;
      const text = textIn(message.frame);
      later(text, () => socket.write(protocol.reply(message, text)));
    });
  }).listen(port, host, resolve));
}

function serveHttp(port) {
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const text = textIn(Buffer.concat(chunks));
      later(text, () => {
        const body = JSON.stringify(text);
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
        response.end(body);
      });
    });
  });
  server.keepAliveTimeout = 600_000; // Node's 5 s would race with the gateway's own pool.
  return new Promise(resolve => server.listen(port, host, resolve));
}

Promise.all([ serve(bolt, boltPort), serve(dubbo, dubboPort), serveHttp(httpPort) ]).then(() => console.log('ready'));
process.on('SIGTERM', () => process.exit(0));
