'use strict';

// Recorded calls between real Java programs (tests/golden), for the replay server and its players.

const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const boltFrames = require('./bolt-frames');
const dubboFrames = require('./dubbo-frames');
const { normal } = require('./normal-view');

const golden = path.join(__dirname, '..', '..', '..', 'tests', 'golden');

exports.protocols = {
  dubbo: {
    frames: dubboFrames,
    folder: path.join(golden, 'dubbo'),
    odd: [],
    files: [ '2.7.23', '3.2.16' ].flatMap(version =>
      [ 'semantics', 'pojo', 'collections', 'types', 'arrays', 'primitives', 'strings', 'bytes', 'echo-object', 'generic', 'errors' ]
        .map(group => `${version}/calls-${group}.json`)),
  },
  bolt: {
    frames: boltFrames,
    folder: path.join(golden, 'bolt'),
    odd: [ 'bolt-odd-frames.json' ],
    files: [ 'sofarpc-java-values.json', 'sofarpc-java-calls.json', 'sofarpc-java-generic.json', 'sofarpc-envelope.json' ],
  },
};

function frame(recorded, side) {
  if (recorded[`${side}Hex`]) return Buffer.from(recorded[`${side}Hex`], 'hex');
  if (recorded[`${side}GzipBase64`]) return zlib.gunzipSync(Buffer.from(recorded[`${side}GzipBase64`], 'base64'));
  return null;
}

/** Whether a frame is a whole call whose every value can be read; those that cannot are the odd ones. */
function isReadable(frames, request) {
  try {
    if (frames.frameLength(request) !== request.length || !frames.isCall(request)) return false;
    frames.viewRequest(request);
    return true;
  } catch (error) {
    return false;
  }
}

function * cases(protocol, only) {
  const { folder, files } = exports.protocols[protocol];
  for (const file of only || files) {
    for (const recorded of JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')).cases) {
      const request = frame(recorded, 'request');
      if (request) yield { name: `${file.replace(/\.json$/, '')}/${recorded.name}`, request, response: frame(recorded, 'response') };
    }
  }
}

/** Every recorded call that has a request and an answer: { name, request, response } with whole frames. */
exports.load = (protocol, only) => {
  const { frames } = exports.protocols[protocol];
  return [ ...cases(protocol, only) ].filter(({ request, response }) =>
    response && isReadable(frames, request) && frames.frameLength(response) === response.length);
};

/** Every recorded one-way call. */
exports.loadOneWay = protocol => {
  const { frames } = exports.protocols[protocol];
  return [ ...cases(protocol) ].filter(({ request, response }) => !response && isReadable(frames, request) && frames.isOneWay(request));
};

/** Every recorded frame that is no readable call, with what a real server said to it, if anything. */
exports.loadOdd = protocol => {
  const { files, frames, odd } = exports.protocols[protocol];
  return [ ...cases(protocol, [ ...files, ...odd ]) ].filter(({ request }) => !isReadable(frames, request));
};

/** What a key in the replay server's index is made of: the call, and the envelope in which its answer must come. */
exports.keyOf = (frames, request) => {
  const view = frames.viewRequest(request);
  return `${frames.envelope(request)} ${view.method}(${view.types.join()}) ${normal(view.args)}`;
};
