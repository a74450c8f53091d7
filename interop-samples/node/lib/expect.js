'use strict';

// Expectations on the caller's side. Each check returns undefined, or a text that says what is wrong and where.

const json = require('./lossless-json');
const { matchJson, matchView } = require('./wire');

function difference(actual, expected, path) {
  if (Object.is(actual, expected)) return undefined;
  if (actual === null || expected === null || typeof actual !== 'object' || typeof expected !== 'object') {
    return `${path || 'value'} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
  }
  const keys = new Set([ ...Object.keys(actual), ...Object.keys(expected) ]);
  for (const key of keys) {
    const found = difference(actual[key], expected[key], Array.isArray(expected) ? `${path}[${key}]` : path ? `${path}.${key}` : key);
    if (found) return found;
  }
  return undefined;
}

exports.checkValue = (actual, expected) => difference(actual, expected, '');

/** The reply's own typing: Java types for Bolt and Dubbo callers; for HTTP ones no unknown keys, no class names, no lost digits. */
exports.checkReply = (kind, { typed, raw, contentType }, value, type) => {
  if (kind === 'http' || kind === 'ledger') {
    const isJson = raw.length > 0 && /json/.test(contentType || '');
    return isJson ? matchJson(json.parse(raw.toString('utf8')), value, type, 'reply') : undefined;
  }
  if (!typed || typed.unreadable) return `the reply cannot be read: ${typed ? typed.unreadable : 'no frame seen'}`;
  return matchView(typed.result, value, type, 'reply');
};

/** kind is the caller's: HTTP callers are checked for the status as well, the others for class, message and fields. */
exports.checkError = (kind, error, expected) => {
  if (kind === 'http') {
    if (expected.httpStatus && error.status !== expected.httpStatus) return `status is ${error.status}, not ${expected.httpStatus}`;
    if (expected.httpAtLeast && !(error.status >= expected.httpAtLeast)) return `status is ${error.status}, not ${expected.httpAtLeast}+`;
  }
  if (expected.class && error.class !== expected.class) return `class is ${error.class}, not ${expected.class}`;
  if (expected.message && error.message !== expected.message) return `message is ${JSON.stringify(error.message)}`;
  const wanted = expected.fields || {};
  return difference(Object.fromEntries(Object.keys(wanted).map(name => [ name, error.fields[name] ])), wanted, 'error');
};
