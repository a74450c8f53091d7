'use strict';

// Expectations on the caller's side. Each check returns undefined, or a text that says what is wrong and where.

const { isMesh } = require('./cell');
const { checkForm } = require('./error-forms');
const { identityOf, sameIdentity } = require('./identity');
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

/**
 * The reply's own typing: Java types for Bolt and Dubbo callers; for HTTP ones no unknown keys, no class names, no lost digits.
 * identity: objects that are one in the value must be one on the wire, too.
 */
exports.checkReply = (kind, { typed, raw, contentType }, value, type, identity) => {
  if (isMesh(kind)) return undefined; // protobuf's bytes have no types of their own: to decode by the schema is the check
  if (kind === 'http' || kind === 'ledger') {
    const isJson = raw.length > 0 && /json/.test(contentType || '');
    return isJson ? matchJson(json.parse(raw.toString('utf8')), value, type, 'reply') : undefined;
  }
  if (!typed || typed.unreadable) return `the reply cannot be read: ${typed ? typed.unreadable : 'no frame seen'}`;
  return identity ? sameIdentity([ typed.result ], identityOf([ value ], [ type ]), 'reply') : matchView(typed.result, value, type, 'reply');
};

/** Everything that a failure's text can stand in. */
const textOf = (error, typed = {}) => [ error.message, typed.errorMessage, JSON.stringify(typed.body || null), JSON.stringify(error.fields) ].join(' ');

/**
 * cell.caller: HTTP callers are checked for the status as well, the others for class, message and fields. expected:
 *   httpStatus, httpAtLeast   the status, whoever made the answer
 *   form                      the caller's own form (error-forms.js), where the answer is not the callee's own; always with own: true
 *   class, message, fields    of the exception; cause: { class, message } or null
 *   includes                  texts that must be in what the caller is told; absent: fields that must not
 */
exports.checkError = (cell, error, expected, typed) => {
  if (cell.caller === 'http') {
    if (expected.httpStatus && error.status !== expected.httpStatus) return `status is ${error.status}, not ${expected.httpStatus}`;
    if (expected.httpAtLeast && !(error.status >= expected.httpAtLeast)) return `status is ${error.status}, not ${expected.httpAtLeast}+`;
  }
  const form = expected.form && (!cell.same || expected.own) && checkForm(cell.caller, error, typed, expected.form);
  if (form) return form;
  if (expected.class && error.class !== expected.class) return `class is ${error.class}, not ${expected.class}`;
  if (expected.message && error.message !== expected.message) return `message is ${JSON.stringify(error.message)}`;
  const missing = (expected.includes || []).find(text => !textOf(error, typed).includes(text));
  if (missing) return `${JSON.stringify(missing)} is not in ${textOf(error, typed).slice(0, 400)}`;
  const told = (expected.absent || []).find(name => name in error.fields);
  if (told) return `the field ${told} is told`;
  if (expected.cause !== undefined) {
    const cause = difference(error.cause, expected.cause, 'cause');
    if (cause) return cause;
  }
  const wanted = expected.fields || {};
  return difference(Object.fromEntries(Object.keys(wanted).map(name => [ name, error.fields[name] ])), wanted, 'error');
};
