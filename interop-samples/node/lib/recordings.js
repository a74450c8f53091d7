'use strict';

// Recorded calls between real Java programs (tests/golden), for the replay server and its players.

const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const boltFrames = require('./bolt-frames');
const dubboFrames = require('./dubbo-frames');

const golden = path.join(__dirname, '..', '..', '..', 'tests', 'golden');

exports.protocols = {
  dubbo: {
    frames: dubboFrames,
    folder: path.join(golden, 'dubbo'),
    files: [ '2.7.23', '3.2.16' ].flatMap(version =>
      [ 'semantics', 'pojo', 'collections', 'types', 'arrays', 'primitives', 'strings' ].map(group => `${version}/calls-${group}.json`)),
  },
  bolt: {
    frames: boltFrames,
    folder: path.join(golden, 'bolt'),
    files: [ 'sofarpc-java-values.json', 'sofarpc-java-calls.json' ],
  },
};

function frame(recorded, side) {
  if (recorded[`${side}Hex`]) return Buffer.from(recorded[`${side}Hex`], 'hex');
  if (recorded[`${side}GzipBase64`]) return zlib.gunzipSync(Buffer.from(recorded[`${side}GzipBase64`], 'base64'));
  return null;
}

/** Every recorded call that has a request and an answer: { name, request, response } with whole frames. */
exports.load = (protocol, only) => {
  const { folder, files, frames } = exports.protocols[protocol];
  const found = [];
  for (const file of only || files) {
    for (const recorded of JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')).cases) {
      const request = frame(recorded, 'request');
      const response = frame(recorded, 'response');
      if (!request || !response || !frames.isCall(request) || frames.frameLength(response) !== response.length) continue;
      found.push({ name: `${file.replace(/\.json$/, '')}/${recorded.name}`, request, response });
    }
  }
  return found;
};
