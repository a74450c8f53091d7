#!/usr/bin/env node
'use strict';

// Answers as real Java providers once did: a request is looked up among the recordings by method, parameter types and arguments
// (not by id, service name or metadata), and the recorded answer goes back byte for byte with the request's id. For values and
// answers that no Node library can produce: typed collections, result flags 3 to 5 with attachments, Throwables with traces, cycles.

const net = require('net');
const commandLine = require('../lib/command-line');
const recordings = require('../lib/recordings');
const { Witness, splitter } = require('../lib/witness');

const usage = `replay-server.js [--protocol dubbo|bolt] [--port 20890] [--witness 18104] [--files FILE,FILE]
  --files   recording files below tests/golden/dubbo or tests/golden/bolt; by default those of lib/recordings.js; the first match answers
  defaults: dubbo on 20890 with witness 18104, bolt on 12290 with witness 18105`;

const args = commandLine.read({ protocol: 'dubbo', port: '', witness: '', files: '' }, usage);
const isBolt = args.protocol === 'bolt';
const port = Number(args.port || (isBolt ? 12290 : 20890));
const witnessPort = Number(args.witness || (isBolt ? 18105 : 18104));
const { frames } = recordings.protocols[args.protocol];

/** First recording wins; Dubbo 2.7.23 comes before 3.2.16 and both answer alike. */
function indexed() {
  const index = new Map();
  for (const recorded of recordings.load(args.protocol, args.files ? args.files.split(',') : undefined)) {
    const key = recordings.keyOf(frames, recorded.request);
    if (!index.has(key)) index.set(key, recorded);
  }
  return index;
}

function dubboReply(request, status, body) {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(0xdabb, 0);
  head[2] = (request[2] & 0x20) | 2;
  head[3] = status;
  request.copy(head, 4, 4, 12);
  head.writeInt32BE(body.length, 12);
  return Buffer.concat([ head, body ]);
}

/** A Bolt v1 response head without class, header and content. */
function boltReply(request, command, status) {
  const head = Buffer.alloc(20);
  head[0] = 1;
  head.writeInt16BE(command, 2);
  head[4] = 1;
  request.copy(head, 5, 5, 9);
  head[9] = 1;
  head.writeInt16BE(status, 10);
  return head;
}

const shortText = text => {
  const bytes = Buffer.from(text.slice(0, 1000), 'latin1');
  return Buffer.concat([ Buffer.from([ 0x30 + (bytes.length >> 8), bytes.length & 0xff ]), bytes ]);
};

function answer(index, frame) {
  if (!frames.isCall(frame)) {
    if (isBolt) return frame[1] === 1 ? boltReply(frame, 0, 0) : null; // heartbeat
    return (frame[2] & 0xc0) === 0xc0 ? dubboReply(frame, 20, Buffer.from('N')) : null; // two-way heartbeat
  }
  if (frames.isOneWay(frame)) return null;
  const key = recordings.keyOf(frames, frame);
  const recorded = index.get(key);
  if (recorded) return frames.withId(recorded.response, frames.requestId(frame));
  const unknown = `no recording for ${key}`;
  console.error(unknown.slice(0, 500));
  return isBolt ? boltReply(frame, 2, 18) : dubboReply(frame, 40, shortText(unknown));
}

const index = indexed();
const witness = new Witness();
witness.listen(witnessPort);
const server = net.createServer(socket => {
  witness.tap(socket, frames);
  socket.on('error', () => socket.destroy());
  socket.on('data', splitter(frames, frame => {
    const reply = answer(index, frame);
    if (reply) socket.write(reply);
  }, error => {
    console.error(error.message);
    socket.destroy();
  }));
});
server.listen(port, '127.0.0.1', () => {
  console.log(JSON.stringify({ ready: `replay-${args.protocol}`, port, witness: witnessPort, recordings: index.size }));
});
commandLine.stopOnSignal();
