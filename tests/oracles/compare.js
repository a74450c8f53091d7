'use strict';

// Decodes two Hessian streams that should hold equal values, with decoders that know nothing of this project.
// usage: node compare.js INPUT OUTPUT; INPUT has a line per pair: id, dialects, both streams in base64, tab-separated. The dialects are final
// or draft when both streams have the same, else final-draft or draft-final; then types are not compared, as each dialect has its own.
// OUTPUT gets a line per pair: id, outcome (equal, different, recorded-unreadable, written-unreadable), detail.

const fs = require('fs');
const util = require('util');

const decoders = {
  final: require('hessian.js').DecoderV2,
  draft: require('sofa-hessian-node').v3.Decoder,
};

function decodeAll(dialect, bytes, withType) {
  const decoder = new decoders[dialect](bytes);
  const values = [];
  while (decoder.position() < bytes.length) {
    values.push(decoder.read(withType));
  }
  return values;
}

// Fields of java.math.BigInteger that follow from the others.
const caches = ['bitCountPlusOne', 'bitLengthPlusOne', 'lowestSetBitPlusTwo', 'firstNonzeroIntNumPlusTwo'];

/** Numbers objects as they are met, so that sharing is compared too. */
function plain(value, seen) {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'number' && Number.isNaN(value) ? 'NaN' : value;
  }
  if (value instanceof Date) {
    return `Date ${value.getTime()}`;
  }
  if (Buffer.isBuffer(value)) {
    return value;
  }
  if (value instanceof Error) {
    // The stack of the JavaScript error is this program's own.
    return { $error: value.name, message: value.message };
  }
  if (seen.has(value)) {
    return { $seen: seen.get(value) };
  }
  seen.set(value, seen.size);
  if (Array.isArray(value)) {
    return value.map((item) => plain(item, seen));
  }
  if (value instanceof Map) {
    return [...value].map((entry) => plain(entry, seen));
  }
  const copy = {};
  for (const key of Object.keys(value).sort()) {
    copy[key] = plain(value[key], seen);
  }
  if ('mag' in copy && 'signum' in copy) {
    caches.forEach((name) => delete copy[name]);
  }
  return copy;
}

function outcome(dialects, recorded, written) {
  const [from, to = from] = dialects.split('-');
  let expected;
  try {
    expected = decodeAll(from, recorded, from === to);
  } catch (e) {
    return ['recorded-unreadable', e.message];
  }
  let actual;
  try {
    actual = decodeAll(to, written, from === to);
  } catch (e) {
    return ['written-unreadable', e.message];
  }
  const same = util.isDeepStrictEqual(plain(expected, new Map()), plain(actual, new Map()));
  return same ? ['equal', ''] : ['different', ''];
}

const answers = [];
for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n')) {
  if (line !== '') {
    const [id, dialects, recorded, written] = line.split('\t');
    const [result, detail] = outcome(dialects, Buffer.from(recorded, 'base64'), Buffer.from(written, 'base64'));
    answers.push([id, result, String(detail).replace(/[\t\r\n]+/g, ' ').slice(0, 200)].join('\t'));
  }
}
fs.writeFileSync(process.argv[3], answers.join('\n') + '\n');
