'use strict';

// Frames that no library sends, as they were recorded against real servers: garbled, cut short, with unknown codes or wrong lengths. Each
// goes to the gateway on a connection of its own. What a real server answered must be answered here or end the connection, and an error must
// not become a result; what it did not answer must not be answered with a result either. The exact statuses are held by the codecs' own tests.

const net = require('net');

const silenceMs = 1500;

/** The place of the status in a reply's head, and the one that says ok. */
const protocols = {
  bolt: { status: frame => frame.readInt16BE(frame[0] === 2 ? 12 : 10), ok: 0 },
  dubbo: { status: frame => frame[3], ok: 20 },
};

/** The first frame that comes back as { status }, or "closed", or "silent". */
function outcomeOf(protocol, target, request) {
  const [ host, port ] = target.split(':');
  return new Promise(resolve => {
    const socket = net.connect(Number(port), host, () => socket.write(request));
    let received = Buffer.alloc(0);
    const end = outcome => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => end('silent'), silenceMs);
    socket.on('data', chunk => {
      received = Buffer.concat([ received, chunk ]);
      if (received.length >= 16) end({ status: protocols[protocol].status(received) });
    });
    socket.on('error', () => end('closed'));
    socket.on('close', () => end('closed'));
  });
}

/** What is wrong, or undefined. */
function judge(protocol, response, outcome) {
  const { status, ok } = protocols[protocol];
  const wasOk = response && status(response) === ok;
  if (outcome.status === ok && !wasOk) return response ? `answered with a result, not with ${status(response)}` : 'answered with a result';
  if (outcome === 'silent' && response) return `not answered, where a real server says ${status(response)}`;
  return undefined;
}

exports.playOdd = (protocol, target, recordings) => Promise.all(recordings.map(async ({ name, request, response }) => {
  const why = judge(protocol, response, await outcomeOf(protocol, target, request));
  return { caller: `${protocol} (odd frames)`, callee: protocol, case: name, recorded: true, ok: !why, why };
}));
